// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import TorLink

/// The variables by which applications find the filter and tor's SOCKS port, as Tor Browser and OnionShare know them.
package struct ApplicationEnvironment: Hashable, Sendable {
    package struct Variable: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package let variables: [Variable]

    /// - Parameters:
    ///   - control: where the filter is reached.
    ///   - cookie: the cookie of the filter's listener, if it has one.
    ///   - socks: where tor takes SOCKS connections, as far as that is known.
    package init(control: TorAddress, cookie: String? = nil, socks: TorAddress?) {
        var variables = Self.place(control, "TOR_CONTROL")
        if let cookie { variables.append(("TOR_CONTROL_COOKIE_AUTH_FILE", cookie)) }
        variables.append(("TOR_SKIP_LAUNCH", "1"))
        if let socks { variables += Self.place(socks, "TOR_SOCKS") }
        self.variables = variables.map { Variable(name: $0.0, value: $0.1) }
    }

    init(variables: [Variable]) { self.variables = variables }

    private static func place(_ address: TorAddress, _ prefix: String) -> [(String, String)] {
        switch address {
        case .unix(let path): [("\(prefix)_IPC_PATH", path)]
        case .tcp(let host, let port): [("\(prefix)_HOST", "\(host)"), ("\(prefix)_PORT", "\(port)")]
        }
    }

    /// Every variable that says where tor is or how it lets a program in. What is not among ``variables`` would contradict them: it
    /// leads to another tor, or to tor itself.
    package static let names = [
        "TOR_CONTROL_IPC_PATH", "TOR_CONTROL_HOST", "TOR_CONTROL_PORT", "TOR_CONTROL_PASSWD",
        "TOR_CONTROL_COOKIE_AUTH_FILE", "TOR_SKIP_LAUNCH", "TOR_SOCKS_IPC_PATH", "TOR_SOCKS_HOST", "TOR_SOCKS_PORT",
    ]

    /// Those that must not be set beside ``variables``.
    package var contradicting: [String] {
        let set = Set(variables.map(\.name))
        return Self.names.filter { !set.contains($0) }
    }

    /// As an environment file (systemd.exec(5), EnvironmentFile=), which a shell reads alike; nil if a value has a character that is
    /// not printable ASCII. What is read back is what was written (``init(parsing:)``). Plain values stand without quotes, so that programs which know none read them, too.
    package var file: String? {
        guard variables.allSatisfy({ Self.isWritable($0.value) }) else { return nil }
        return variables.map { "\($0.name)=\(Self.quoted($0.value))\n" }.joined()
    }

    static func isWritable(_ value: String) -> Bool { value.utf8.allSatisfy { (0x20...0x7E).contains($0) } }

    static func quoted(_ value: String) -> String {
        guard !isPlain(value) else { return value }
        let special = Set("\"\\`$")
        return "\"" + value.reduce(into: "") { $0 += special.contains($1) ? "\\\($1)" : "\($1)" } + "\""
    }

    /// Whether a value means itself wherever it stands.
    static func isPlain(_ value: String) -> Bool {
        let plain = Set("/._:-".utf8)
        return value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || plain.contains(byte)
        }
    }
}
