// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

/// What we ask tor on our own account before an ADD_ONION leaves: where tor listens, since no service may lead there.
///
/// It goes over a connection of its own, and one answer is for all sessions that ask at the time.
package struct ListenersQuery: Sendable {
    private var matcher: ReplyMatcher
    private var lines: [(key: String, text: String)] = []
    private var hasFailed = false

    private static let controlKeys = ["net/listeners/control"]
    private static let proxyKeys = [
        "net/listeners/socks", "net/listeners/dns", "net/listeners/httptunnel", "net/listeners/trans",
        "net/listeners/natd",
    ]
    private static let keys = controlKeys + proxyKeys

    package init() { matcher = ReplyMatcher(keyword: .getInfo, shape: .getInfo(Self.keys)) }

    package static let command = Command(keyword: .getInfo, arguments: keys.joined(separator: " "))

    /// - Returns: whether the reply is complete.
    package mutating func accept(_ line: TorLine) throws(ProtocolViolation) -> Bool {
        let match = try matcher.accept(line)
        guard case .reply(let reply) = line else { return false }
        if !reply.status.isSuccess || reply.kind == .data {
            hasFailed = true
        } else if let key = match.key {
            lines.append(
                (Self.keys[key], String(decoding: reply.text.dropFirst(Self.keys[key].utf8.count + 1), as: UTF8.self)))
        }
        return match.isLast
    }

    /// The ports and control sockets that tor names; nil if it did not say.
    package var listeners: GuardedTargets.Listeners? {
        guard !hasFailed else { return nil }
        func ports(_ keys: [String]) -> Set<UInt16>? {
            let ports = lines.filter { keys.contains($0.key) }.map { Self.ports(in: $0.text) }
            return ports.contains(nil) ? nil : Set(ports.compactMap(\.self).joined())
        }
        guard let control = ports(Self.controlKeys), let proxies = ports(Self.proxyKeys) else { return nil }
        return GuardedTargets.Listeners(
            control: control,
            proxies: proxies,
            controlSockets: Self.sockets(in: lines.filter { Self.controlKeys.contains($0.key) }.map(\.text))
        )
    }

    /// Paths of Unix sockets; nil if one cannot be read for certain.
    private static func sockets(in texts: [String]) -> Set<String>? {
        var paths: Set<String> = []
        for text in texts {
            guard let words = KeywordArgument.parse(text, [.positional, .quoted]) else { return nil }
            for word in words where word.keyword == nil && word.value?.hasPrefix("unix:") == true {
                guard let path = word.value?.dropFirst(5), path.hasPrefix("/") else { return nil }
                paths.insert(String(path))
            }
        }
        return paths
    }

    /// Of `"127.0.0.1:9051" "[::1]:9051" "unix:/run/tor/control"` the ports; nil if one cannot be read, for it would go unguarded.
    private static func ports(in text: String) -> [UInt16]? {
        var ports: [UInt16] = []
        var isInPath = false
        for word in text.words {
            // A blank or quotation mark in a path does not begin a place: the mark is escaped there.
            guard word.hasPrefix("\"") else {
                guard isInPath else { return nil }
                continue
            }
            isInPath = word.hasPrefix("\"unix:")
            if isInPath { continue }
            guard word.hasSuffix("\""), let place = Endpoint(word.dropFirst().dropLast()) else { return nil }
            ports.append(place.port)
        }
        return ports
    }
}
