// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What an ADD_ONION publishes as tor reads it: handle_control_add_onion (src/feature/control/control_cmd.c) and hs_parse_port_config
/// (src/feature/hs/hs_common.c).
struct TorService: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        case address(String, port: Int)
        case unix(String)
    }

    struct Port: Hashable, Sendable {
        var virtual: Int
        var target: Target
    }

    private(set) var keyType = ""
    private(set) var keyBlob = ""
    private(set) var ports: [Port] = []
    /// In small letters.
    private(set) var flags: Set<String> = []
    /// Names of all other arguments, in small letters.
    private(set) var parameters: Set<String> = []

    private static let knownFlags: Set = [
        "basicauth", "detach", "discardpk", "maxstreamsclosecircuit", "nonanonymous", "v3auth",
    ]

    /// add_onion_keywords, without those that are read here.
    private static let knownParameters: Set = [
        "clientauth", "clientauthv3", "maxstreams", "powdefensesenabled", "powqueueburst", "powqueuerate",
    ]

    /// Nil where tor refuses before it does anything.
    init?(_ arguments: [UInt8]) {
        let parts = TorBytes.split(arguments, at: 0x20, most: 2)
        guard let key = parts.first, parts.count == 2, let pairs = TorKeywordLine.parse(parts[1], []) else {
            return nil
        }
        // Empty parts are left out before they are counted: `NEW::BEST` is a key.
        let sides = TorBytes.split(key, at: 0x3A)
        guard sides.count == 2 else { return nil }
        keyType = TorBytes.text(TorBytes.lowercased(sides[0]))
        keyBlob = TorBytes.text(sides[1])
        for pair in pairs {
            guard take(TorBytes.text(TorBytes.lowercased(pair.key)), pair.value) else { return nil }
        }
        guard !ports.isEmpty else { return nil }
    }

    private mutating func take(_ name: String, _ value: [UInt8]) -> Bool {
        switch name {
        case "port":
            guard let port = Self.port(value) else { return false }
            ports.append(port)
        case "flags":
            let given = TorBytes.split(value, at: 0x2C).map { TorBytes.text(TorBytes.lowercased($0)) }
            guard !given.isEmpty, given.allSatisfy(Self.knownFlags.contains) else { return false }
            flags.formUnion(given)
        default:
            guard Self.knownParameters.contains(name) else { return false }
            parameters.insert(name)
        }
        return true
    }

    private static func port(_ value: [UInt8]) -> Port? {
        let parts = TorBytes.split(value, at: 0x2C, most: 2)
        guard let first = parts.first, let virtual = TorBytes.number(first, in: 1...65535) else { return nil }
        guard parts.count == 2 else { return Port(virtual: virtual, target: .address("127.0.0.1", port: virtual)) }
        let text = TorBytes.text(parts[1])
        if TorBytes.text(TorBytes.lowercased(parts[1].prefix(5))) == "unix:" {
            return Port(virtual: virtual, target: .unix(String(text.dropFirst(5))))
        }
        guard text.contains(where: { ".:".contains($0) }) else {
            return TorBytes.number(parts[1], in: 1...65535)
                .map { Port(virtual: virtual, target: .address("127.0.0.1", port: $0)) }
        }
        // An address alone keeps the virtual port; an IPv6 address with a port stands in brackets.
        guard let colon = text.lastIndex(of: ":"), !text[colon...].contains("]"),
            text.hasPrefix("[") || !text[..<colon].contains(":")
        else { return Port(virtual: virtual, target: .address(bare(text), port: virtual)) }
        return TorBytes.number(Array(text[colon...].dropFirst().utf8), in: 0...65535)
            .map { Port(virtual: virtual, target: .address(bare(text[..<colon]), port: $0 == 0 ? virtual : $0)) }
    }

    private static func bare(_ address: some StringProtocol) -> String {
        address.hasPrefix("[") && address.hasSuffix("]") ? String(address.dropFirst().dropLast()) : String(address)
    }
}
