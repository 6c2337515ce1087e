// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Rehearsal
import Sessions

/// One session of the trail, played on a profile: what the trail does not have, tor's replies and the secrets, is made up.
struct Replay {
    private var session: RehearsedSession
    private let isLocal: Bool
    /// Services that will be deleted, in that order: the ones that come to life are these.
    private var awaited: [ServiceID]
    private var made: Set<ServiceID> = []
    private var credentials: Set<ServiceID> = []
    private var streams: Set<String> = []
    private var services = 0

    /// - Parameter deleted: services that the session will delete.
    init(_ policy: Policy, client: Client, deleted: [ServiceID] = []) {
        session = RehearsedSession(policy: policy, client: client)
        isLocal = client.isLocal
        var seen: Set<ServiceID> = []
        awaited = deleted.filter { seen.insert($0).inserted }
    }

    /// What becomes of a command.
    mutating func send(_ command: Command) -> CommandObservation? {
        if let number = command.streamOrCircuit, streams.insert(number).inserted { begin(number) }
        let observed = session.send(command)
        if let observed, case .forward(let sent) = observed.outcome { answer(sent) }
        return observed
    }

    /// Why the session has ended, if it has.
    var end: String? { session.closed?.text }

    /// Whether a service was made in this session.
    func has(_ service: ServiceID) -> Bool { made.contains(service) }
    func hasCredential(for service: ServiceID) -> Bool { credentials.contains(service) }

    private mutating func answer(_ sent: Command) {
        var lines = ["250 OK"]
        switch sent.keyword {
        case .addOnion:
            let service = nextService()
            made.insert(service)
            lines = ["250-ServiceID=\(service)", "250 OK"]
        case .getInfo, .getConf, .onionClientAuthView: lines = ["551 Not rehearsed"]
        case .onionClientAuthAdd:
            sent.arguments.words.first.flatMap { ServiceID($0) }.map { _ = credentials.insert($0) }
        default: break
        }
        session.torSays(lines)
        // A question of our own may have come before it.
        for _ in 0..<3 where session.awaitsReply && session.closed == nil { session.torSays(["250 OK"]) }
    }

    /// The next one that will be deleted, or one that nobody has.
    private mutating func nextService() -> ServiceID {
        if !awaited.isEmpty { return awaited.removeFirst() }
        while true {
            services += 1
            let digits = String(services, radix: 26).utf8.map { byte -> Character in
                let value = byte < 0x3A ? byte - 0x30 : byte - 0x57
                return Character(Unicode.Scalar(0x61 + value))
            }
            let text = String(repeating: "a", count: 56 - digits.count) + String(digits)
            if let service = ServiceID(text), !made.contains(service) { return service }
        }
    }

    /// A stream of the client's own on a circuit of the same number.
    private mutating func begin(_ number: String) {
        session.torSays(
            ["650 STREAM \(number) NEW 0 example.com:80 SOURCE_ADDR=127.0.0.1:40000 PURPOSE=USER"], isOwnStream: true)
        session.torSays(["650 STREAM \(number) SENTCONNECT \(number) example.com:80"])
    }
}

extension Command {
    fileprivate var streamOrCircuit: String? {
        [.closeStream, .closeCircuit].contains(keyword)
            ? arguments.words.first.map(String.init) : nil
    }
}
