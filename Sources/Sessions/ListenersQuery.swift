// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

/// What we ask tor on our own account before an ADD_ONION leaves: where tor listens, since no service may lead there.
///
/// It goes over a connection of its own, so that a session's connection carries the client's commands and nothing else.
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

    /// The ports that tor names; nil if it did not say.
    package var listeners: GuardedTargets.Listeners? {
        guard !hasFailed else { return nil }
        func ports(_ keys: [String]) -> Set<UInt16> {
            Set(lines.filter { keys.contains($0.key) }.flatMap { Self.ports(in: $0.text) })
        }
        return GuardedTargets.Listeners(control: ports(Self.controlKeys), proxies: ports(Self.proxyKeys))
    }

    /// `"127.0.0.1:9051" "[::1]:9051" "unix:/run/tor/control"`
    private static func ports(in text: String) -> [UInt16] {
        text.words.compactMap { word in
            word.filter { $0 != "\"" }.split(separator: ":").last.flatMap { PlainDecimal.port($0) }
        }
    }
}
