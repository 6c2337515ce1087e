// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Sessions

/// The lines of 64 KiB that take longest, under each profile of a directory by itself: from the last byte to what becomes of it, and to
/// the record of that.
struct DearestLine {
    /// The most that one line has taken so far.
    private struct Most {
        var nanoseconds: UInt64 = 0
        var line = ""
        var profile = ""

        func json(_ until: String, _ profiles: Int, _ isComplete: Bool) -> String {
            let escaped = line.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
            return "{\"until\":\"\(until)\",\"milliseconds\":\(Double(nanoseconds) / 1e6),\"line\":\"\(escaped)\","
                + "\"profile\":\"\(profile)\",\"profiles\":\(profiles),\"complete\":\(isComplete)}"
        }
    }

    private var decided = Most()
    private var recorded = Most()
    private var profiles = 0
    private var isComplete = true
    private let audited = AuditedSession(number: 1, client: AuditedClient(Subject.client))
    /// After so much time no further profile is looked at, and that is told.
    private static let bound: UInt64 = 120_000_000_000

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
        // A client that is only watched has everything done for it that is done for another, and then more.
        for isComplaining in [false, true] {
            try look(at: subject, named: name, isComplaining: isComplaining)
        }
    }

    private mutating func look(at subject: Subject, named name: String, isComplaining: Bool) throws(Unmeasurable) {
        let session = try JoinedSession(subject, isComplaining: isComplaining)
        for (line, bytes) in HostileLines.all {
            let what = isComplaining ? "\(line), watched," : line
            func time() -> (decided: UInt64, recorded: UInt64) {
                // What is recorded of a client that is watched is what is recorded of another.
                self.time(session, isRecorded: !isComplaining) { $0.clientReceived(bytes) }
            }
            var least = time()
            // What seems to be dearer may have been interrupted.
            for _ in 0..<5 where least.decided > decided.nanoseconds || least.recorded > recorded.nanoseconds {
                let again = time()
                least = (min(least.decided, again.decided), min(least.recorded, again.recorded))
            }
            if least.decided > decided.nanoseconds {
                decided = Most(nanoseconds: least.decided, line: what, profile: name)
            }
            if least.recorded > recorded.nanoseconds {
                recorded = Most(nanoseconds: least.recorded, line: what, profile: name)
            }
        }
    }

    /// On a copy of the session, so that none knows of another.
    private func time(
        _ session: JoinedSession,
        isRecorded: Bool,
        _ input: (inout SessionStateMachine) -> Void
    ) -> (decided: UInt64, recorded: UInt64) {
        var machine = session.machine
        let start = processorNanoseconds()
        input(&machine)
        let actions = machine.takeActions()
        let decided = processorNanoseconds() - start
        guard isRecorded else { return (decided, 0) }
        for action in actions {
            if case .observed(let observation) = action {
                keep(AuditRecord(audited, observation, cookieFile: ""))
            }
        }
        return (decided, processorNanoseconds() - start)
    }

    var json: String {
        decided.json("decided", profiles, isComplete) + "\n" + recorded.json("recorded", profiles, isComplete)
    }
}
