// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Monitoring
import NIOCore
import Policies
import Sessions
import TorLink

/// What the daemon says of itself.
extension SharedState {
    /// How long whoever asks waits for tor.
    private static let torPatience = TimeAmount.seconds(3)

    /// Answers once it is known whether tor lets us in: it may have gone while no session had a connection to it. Tor is asked once for
    /// all that ask meanwhile.
    func askStatus(on loop: any EventLoop, _ answer: @escaping (StatusReport) -> Void) {
        awaitingStatus.append(answer)
        guard awaitingStatus.count == 1 else { return }
        let patience = loop.assumeIsolated().scheduleTask(in: Self.torPatience) {
            self.torIsAway("no answer within \(Self.torPatience.nanoseconds / 1_000_000_000) seconds")
            self.answerStatus()
        }
        TorProbe(shared: self, loop: loop, purpose: .greeting) { outcome in
            if case .failed(let failure) = outcome { self.torIsAway(for: failure) }
            patience.cancel()
            self.answerStatus()
        }.start()
    }

    private func answerStatus() {
        let waiting = awaitingStatus
        awaitingStatus = []
        guard !waiting.isEmpty else { return }
        let report = currentStatus
        for answer in waiting { answer(report) }
    }

    private var currentStatus: StatusReport {
        var report = status
        report.time = .now
        report.sessionLimit = UInt64(limits.total)
        report.profiles.count = UInt64(policies.count)
        report.applications = applicationSockets.sorted()
        report.trail = trail.status
        return report
    }

    // MARK: What is remembered for it

    func torIsAway(_ reason: String) { status.tor.isAway(reason, .now) }

    func torIsAway(for failure: TorFailure) {
        status.tor.failures += 1
        torIsAway(failure.reason(cookieFile: configuration.torCookie))
    }

    func profilesWereLoaded(_ loaded: ProfileStore.Loaded) {
        status.profiles.loads += 1
        status.profiles.loaded = .now
        status.profiles.isComplete = loaded.isComplete
        status.profiles.mistakes = Array(loaded.mistakes.prefix(StatusReport.mostMistakes))
        status.profiles.furtherMistakes = UInt64(max(loaded.mistakes.count - StatusReport.mostMistakes, 0))
    }
}

extension AuditTrail {
    var status: StatusReport.Trail {
        var status = StatusReport.Trail()
        status.destination = "\(configuration.destination)"
        status.level = configuration.level.rawValue
        status.failure = configuration.failure.rawValue
        status.failing = failingSince
        status.reason = failure?.reason
        status.lost = lostInTotal
        return status
    }
}
