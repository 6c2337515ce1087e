// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Sessions

/// The line of 64 KiB that takes longest from its last byte to what becomes of it and the record of that, under each profile of a
/// directory by itself.
struct DearestLine {
    private var nanoseconds: UInt64 = 0
    private var line = ""
    private var profile = ""
    private var profiles = 0
    private var isComplete = true
    /// After so much time no further profile is looked at, and that is told.
    private static let bound: UInt64 = 120_000_000_000
    private let audited = AuditedSession(number: 1, client: AuditedClient(Subject.client))

    init(under directory: String) throws(Unmeasurable) {
        let began = processorNanoseconds()
        for source in try ProfileDirectory.sources(in: directory) {
            guard processorNanoseconds() - began < Self.bound else {
                isComplete = false
                break
            }
            for compiled in ProfileLoader().load([source]).policySet.profiles {
                profiles += 1
                try look(at: Subject(Policy([compiled])), named: source.name)
            }
        }
        guard profiles > 0 else { throw Unmeasurable("\(directory) has no profile that can be used") }
    }

    private mutating func look(at subject: Subject, named name: String) throws(Unmeasurable) {
        let session = try JoinedSession(subject)
        for (what, bytes) in HostileLines.all {
            var least = time(session) { $0.clientReceived(bytes) }
            // What seems to be dearer may have been interrupted.
            for _ in 0..<5 where least > nanoseconds { least = min(least, time(session) { $0.clientReceived(bytes) }) }
            if least > nanoseconds { (nanoseconds, line, profile) = (least, what, name) }
        }
    }

    /// On a copy of the session, so that none knows of another.
    private func time(_ session: JoinedSession, _ input: (inout SessionStateMachine) -> Void) -> UInt64 {
        var machine = session.machine
        let start = processorNanoseconds()
        input(&machine)
        for action in machine.takeActions() {
            if case .observed(let observation) = action {
                keep(AuditRecord(audited, observation, cookieFile: ""))
            }
        }
        return processorNanoseconds() - start
    }

    var json: String {
        let escaped = line.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
        return "{\"milliseconds\":\(Double(nanoseconds) / 1e6),\"line\":\"\(escaped)\",\"profile\":\"\(profile)\","
            + "\"profiles\":\(profiles),\"complete\":\(isComplete)}"
    }
}
