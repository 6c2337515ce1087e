// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import TestSupport

/// Records of a machine that is made up, written as the daemon would.
struct SampleTrail {
    /// 2026-11-11T00:00:00Z, a Wednesday.
    static let beginning: Int64 = 1_794_355_200

    private(set) var lines: [TrailLine] = []
    private var random = SplitMix64(seed: 6)
    private var nextSession: UInt64 = 1

    /// Who is in a session.
    struct Actor {
        var client: AuditedClient
        var profiles: [String] = []
    }

    struct Deed {
        let decision: AuditedCommand.Decision
        let command: String
        var arguments: String?
        var reason = "a rule allows it"
        var rule: String?
        var length: UInt64?
        var isComplaint = false
        var repeated: UInt64 = 1
    }

    static func local(_ user: String, _ uid: UInt32, _ executable: String, label: String? = nil) -> AuditedClient {
        var client = AuditedClient(transport: .unix)
        (client.uid, client.user) = (uid, user)
        (client.executable, client.label) = (executable, label)
        client.labelMode = label.map { _ in "enforce" }
        return client
    }

    static func remote(_ address: String) -> AuditedClient {
        var client = AuditedClient(transport: .remote)
        (client.address, client.port) = (address, 40_000)
        return client
    }

    mutating func number(below bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    /// The daemon starts again.
    mutating func restart(at second: Double) {
        nextSession = 1
        add(.reloaded, at: second) { $0.isStart = true }
    }

    mutating func add(_ line: TrailLine) { lines.append(line) }

    /// - Parameter second: since the beginning of the trail.
    mutating func add(_ kind: TrailRecord.Kind, at second: Double, change: (inout TrailRecord) -> Void = { _ in }) {
        let time = Timestamp(microseconds: Self.beginning * 1_000_000 + Int64(second * 1_000_000))
        var record = TrailRecord(time: time, kind: kind)
        change(&record)
        lines.append(.record(record))
    }

    /// A whole session.
    mutating func session(_ actor: Actor, at second: Double, _ deeds: [Deed]) {
        var actor = actor
        if actor.client.transport != .remote { actor.client.pid = Int32(2000 + number(below: 20_000)) }
        let number = nextSession
        nextSession += 1
        func identify(_ record: inout TrailRecord) {
            record.session = number
            record.client = actor.client
            record.profiles = actor.profiles
        }
        add(.connected, at: second, change: identify)
        for (index, deed) in deeds.enumerated() {
            add(.command, at: second + 0.25 + Double(index) * 0.5) { record in
                identify(&record)
                record.decision = deed.decision
                (record.command, record.arguments) = (deed.command, deed.arguments)
                (record.reason, record.rule, record.length) = (deed.reason, deed.rule, deed.length)
                (record.isComplaint, record.repeated) = (deed.isComplaint, deed.repeated)
            }
        }
        add(.disconnected, at: second + 1 + Double(deeds.count) * 0.5) { record in
            identify(&record)
            record.reason = "the client has closed the connection"
        }
    }
}
