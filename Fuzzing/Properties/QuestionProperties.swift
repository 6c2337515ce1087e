// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions

/// What holds for anything that tor may answer to a question of our own: where it listens, what it has.
enum QuestionProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        var lines: [TorLine] = []
        var framer = ReplyFramer()
        framer.append(ByteBuffer(bytes: input))
        while let line = try? framer.next() { lines.append(line) }
        try checkListeners(lines)
        for question in [TorQuestion.socksListeners, .detachedServices, service.flatMap { .credential(for: $0) }] {
            if let question { try check(question, lines) }
        }
    }

    private static let service = ServiceID(String(repeating: "a", count: 55) + "d")

    // MARK: Where no service may lead

    private static func checkListeners(_ lines: [TorLine]) throws(Violation) {
        var query = ListenersQuery()
        var taken: [TorLine] = []
        var isWhole = false
        for line in lines where !isWhole {
            do throws(ProtocolViolation) { isWhole = try query.accept(line) } catch { return }
            taken.append(line)
        }
        guard isWhole, let listeners = query.listeners else { return }
        for line in taken {
            guard case .reply(let reply) = line, reply.kind == .mid else { continue }
            let parts = reply.text.split(separator: 0x3D, maxSplits: 1, omittingEmptySubsequences: false)
            let isControl = TorBytes.text(parts[0]).hasSuffix("/control")
            guard parts.count == 2, let places = places(Array(parts[1])) else { continue }
            for place in places {
                try require(isGuarded(place, isControl, listeners), "where tor listens goes unguarded: \(place)")
            }
        }
    }

    private static func isGuarded(_ place: String, _ isControl: Bool, _ listeners: GuardedTargets.Listeners) -> Bool {
        if place.hasPrefix("unix:") {
            guard let sockets = listeners.controlSockets else { return true }
            return !isControl || sockets.contains(String(place.dropFirst(5)))
        }
        guard let colon = place.lastIndex(of: ":"), let port = UInt16(place[colon...].dropFirst()) else { return false }
        return (isControl ? listeners.control : listeners.proxies).contains(port)
    }

    /// The strings of a line, as tor writes them: between quotes, a blank between two of them. Nil if they are none of these.
    private static func places(_ bytes: [UInt8]) -> [String]? {
        var places: [String] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.first == 0x22, let place = TorKeywordLine.unescape(&rest) else { return nil }
            places.append(TorBytes.text(place))
            guard rest.isEmpty || rest.first == 0x20 else { return nil }
            rest = rest.dropFirst()
        }
        return places
    }

    // MARK: What tor has

    private static func check(_ question: TorQuestion, _ lines: [TorLine]) throws(Violation) {
        var question = question
        var text: [UInt8] = []
        for line in lines {
            do throws(ProtocolViolation) { if try question.accept(line) { break } } catch { return }
            var buffer = ByteBuffer()
            line.encode(into: &buffer)
            text += TorBytes.lowercased(buffer.readableBytesView)
        }
        let said = TorBytes.text(text)
        for service in question.services ?? [] {
            try require(said.contains(service.description), "a service that tor did not name: \(service)")
        }
        for path in question.socketPaths {
            try require(path.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a path that does not show: \(path)")
        }
        for endpoint in question.endpoints ?? [] {
            try require(said.contains(":\(endpoint.port)"), "a port that tor did not name: \(endpoint)")
        }
        if let service, case .key(let key) = question.credential(for: service) {
            try require(said.contains("client \(service)") && key.count == 32, "a credential of nobody's")
        }
    }
}
