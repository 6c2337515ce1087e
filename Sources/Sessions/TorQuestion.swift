// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

import struct NIOCore.ByteBuffer

/// A question to tor on nobody's behalf, over a connection of its own, with the reply to it.
package struct TorQuestion: Sendable {
    package let command: Command
    private let key: String
    private var matcher: ReplyMatcher
    private var lines: [String] = []
    private var byteCount = 0
    private var hasFailed = false

    /// Bytes of an answer: some ten thousand services. A tor that says more is not understood.
    private static let bound = 1024 * 1024

    /// Where tor takes SOCKS connections.
    package static var socksListeners: TorQuestion? { TorQuestion(.getInfo, "net/listeners/socks") }

    /// Which client-auth credential tor has for a service.
    package static func credential(for service: ServiceID) -> TorQuestion? {
        TorQuestion(.onionClientAuthView, service.description)
    }

    /// Which services have been left by those who made them.
    package static var detachedServices: TorQuestion? { TorQuestion(.getInfo, "onions/detached") }

    private init?(_ keyword: Keyword, _ arguments: String) {
        guard let command = Command(keyword: keyword, arguments: arguments) else { return nil }
        self.command = command
        key = keyword == .getInfo ? arguments + "=" : ""
        matcher = ReplyMatcher(keyword: keyword, shape: ReplyPlan(for: command).shape)
    }

    /// - Returns: whether the reply is complete.
    package mutating func accept(_ line: TorLine) throws(ProtocolViolation) -> Bool {
        let match = try matcher.accept(line)
        switch line {
        case .data(let text): add(String(decoding: text.readableBytesView, as: UTF8.self))
        case .dataEnd: break
        case .reply(let reply):
            guard reply.status.isSuccess else {
                hasFailed = true
                break
            }
            if !match.isLast, reply.kind == .mid {
                add(String(decoding: reply.text.dropFirst(key.utf8.count), as: UTF8.self))
            }
        }
        return match.isLast
    }

    private mutating func add(_ line: String) {
        byteCount += line.utf8.count + 1
        if byteCount > Self.bound { hasFailed = true }
        if !hasFailed { lines.append(line) }
    }

    /// The places of `"127.0.0.1:9050" "unix:/run/tor/socks"` that are no Unix sockets; nil if tor did not say, or not so that it
    /// could be read to its end.
    package var endpoints: [Endpoint]? {
        guard let places else { return nil }
        let endpoints = places.filter { !$0.hasPrefix(Self.socketPrefix) }.map { Endpoint($0) }
        return endpoints.contains(nil) ? nil : endpoints.compactMap(\.self)
    }

    /// The paths of those that are; a path that is none of a file, or has a character that does not show, is left out.
    package var socketPaths: [String] {
        (places ?? []).filter { $0.hasPrefix(Self.socketPrefix) }.map { String($0.dropFirst(Self.socketPrefix.count)) }
            .filter { $0.hasPrefix("/") && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } }
    }

    private static let socketPrefix = "unix:"

    private var places: [String]? {
        guard !hasFailed else { return nil }
        var places: [String] = []
        for line in lines {
            var rest = line.utf8[...]
            while !rest.isEmpty {
                guard let quoted = QuotedString.decode(rest, .c) else { return nil }
                places.append(String(decoding: quoted.bytes, as: UTF8.self))
                rest = rest[quoted.end...]
                guard rest.isEmpty || rest.first == .space else { return nil }
                rest = rest.drop { $0 == .space }
            }
        }
        return places
    }

    /// The services that tor lists; nil if it did not say, or not so that it could be read to its end.
    package var services: Set<ServiceID>? {
        let services = lines.filter { !$0.isEmpty }.map { ServiceID($0) }
        return hasFailed || services.contains(nil) ? nil : Set(services.compactMap(\.self))
    }

    /// What tor has for the service that was asked for. What it shows of another is no answer.
    ///
    ///     S: 250-ONION_CLIENT_AUTH_VIEW sp3xra…id
    ///     S: 250-CLIENT sp3xra…id x25519:yPGU…
    ///     S: 250 OK
    package func credential(for service: ServiceID) -> CredentialAtTor.State {
        guard !hasFailed, !lines.isEmpty else { return .unknown }
        let shown = lines.dropFirst()
        guard let line = shown.first else { return .none }
        let prefix = "CLIENT "
        guard shown.count == 1, line.hasPrefix(prefix),
            let credential = ClientAuthorization(arguments: String(line.dropFirst(prefix.count))),
            credential.service == service
        else { return .unknown }
        return .key(credential.key)
    }
}
