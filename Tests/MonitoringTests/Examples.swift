// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Monitoring
import Policies
import Sessions

/// A daemon that has seen something of everything.
enum Examples {
    static let hostile = "a\"b\\c\td\re\nf\u{1B}[31m\u{202E}\u{301}\\n,ä"

    static var busy: StatusReport {
        var report = StatusReport(
            version: "0.1.0", process: 4711, started: Timestamp(microseconds: 1_763_757_617_123_456))
        report.time = Timestamp(microseconds: 1_763_761_217_000_000)
        report.listeners = ["unix:/run/onion-sieve/control", "127.0.0.1:951"]
        report.applications = ["/run/onion-sieve/apps/onionshare/control"]
        report.sessionLimit = 20_000
        report.tor.isThere(
            at: "unix:/run/tor/control", version: "0.4.9.11", Timestamp(microseconds: 1_763_757_618_000_000))
        report.tor.losses = 2
        report.tor.failures = 3
        report.profiles.count = 5
        report.profiles.mistakes = [
            StatusReport.Profiles.Mistake(text: "/etc/onion-grater.d/x.yml:3:5: error: \(hostile)", isKept: true),
            StatusReport.Profiles.Mistake(text: "/etc/onion-grater.d/y.yml: error: cannot be opened", isKept: false),
        ]
        report.profiles.furtherMistakes = 7
        report.profiles.loads = 4
        report.profiles.loaded = Timestamp(microseconds: 1_763_757_700_500_000)
        report.profiles.isComplete = false
        report.trail.destination = "/var/log/onion-sieve/audit"
        report.trail.level = "decisions"
        report.trail.failure = "close"
        report.trail.failing = Timestamp(microseconds: 1_763_757_900_000_000)
        report.trail.reason = "No space left on device"
        report.trail.lost = 9
        let shared = report.activity.place(of: ["onionshare", "status-only"])
        let hostile = report.activity.place(of: [hostile])
        let none = report.activity.place(of: [])
        for _ in 0..<3 { report.activity.sessionBegan(at: shared) }
        report.activity.sessionEnded(.quit, at: shared)
        report.activity.sessionBegan(at: none)
        report.activity.sessionEnded(.notAuthenticated, at: none)
        ActivityTests.observe(&report.activity, ActivityTests.command(.answer, .answeredHere), at: shared)
        ActivityTests.observe(&report.activity, ActivityTests.command(.answer, .complaining(.noRule)), at: hostile)
        ActivityTests.observe(&report.activity, ActivityTests.command(.filter, .beforeAuthentication), at: none)
        ActivityTests.observe(&report.activity, .eventDropped(.circuit, .notOwn), at: shared)
        ActivityTests.observe(&report.activity, .replyFiltered(.getInfo), at: shared)
        report.activity.rejected(.clientSessions)
        report.activity.reached(.profileCommands)
        return report
    }
}
