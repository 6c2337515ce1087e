// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit
package import Logging
package import NIOCore

/// The audit trail of all sessions: counts what is equal, and writes what is kept before what it is about has an effect.
///
/// It lives on the one event loop.
package final class AuditTrail {
    let configuration: AuditConfiguration
    private let sink: (any AuditSink)?
    private let logger: Logger
    private let loop: any EventLoop
    private var folding = AuditFolding()
    /// For each record that waits for ``flush()``, how many it stands for.
    private var waiting: [Int] = []
    /// When the first of them was made: all of a turn have one time, since they go out together.
    private var time: Timestamp?
    /// How often records that waited could not be written, so that what they are about must not happen.
    package private(set) var lapses: UInt64 = 0
    /// Why it fails, from the first record that could not be written until one can be.
    private(set) var failure: TrailFailure? {
        didSet { failingSince = failure == nil ? nil : failingSince ?? .now }
    }
    private(set) var failingSince: Timestamp?
    /// Records that could not be written since then.
    private var missing = 0 {
        didSet { lostInTotal += UInt64(max(missing - oldValue, 0)) }
    }
    /// The same since the start.
    private(set) var lostInTotal: UInt64 = 0
    /// Whether something was counted, and not written, while it fails: nothing of that kind may pass then.
    private var isOwing = false
    /// When it was last said that it fails, and why, so that a disk that is all but full does not fill the log.
    private var complaint: (reason: String, time: Duration)?
    private static let complaintInterval = Duration.seconds(60)
    private var timer: Scheduled<Void>?

    /// - Throws: what is in the way of writing the trail.
    convenience init(
        _ configuration: AuditConfiguration,
        logger: Logger,
        on loop: any EventLoop
    ) throws(TrailFailure) {
        let sink: (any AuditSink)? =
            switch configuration.destination {
            case .file(let path): try FileSink(path: path, logger: logger)
            case .standardError: try StandardErrorSink()
            case .journal: try JournalSink(path: AuditConfiguration.journalSocket)
            case .log: try LogSink(logger: logger)
            case .none: nil
            }
        self.init(configuration, sink, logger: logger, on: loop)
    }

    package init(
        _ configuration: AuditConfiguration,
        _ sink: (any AuditSink)?,
        logger: Logger,
        on loop: any EventLoop
    ) {
        self.configuration = configuration
        self.sink = sink
        self.logger = logger
        self.loop = loop
    }

    /// Whether there is one.
    var isKept: Bool { sink != nil }

    /// What must become of something that was recorded.
    package enum Outcome {
        /// It may happen once ``flush()`` has written what waits.
        case waits
        /// It may happen: it was counted, or is not for the trail.
        case passes
        /// It must not.
        case refused
    }

    /// Keeps a record; ``flush()`` writes it.
    ///
    /// - Parameter times: how many equal ones there are, of which each is written or counted. What is returned is for all of them.
    @discardableResult
    package func record(_ record: AuditRecord, times: Int = 1) -> Outcome {
        guard sink != nil, takes(record) else { return .passes }
        let now = Uptime.now
        var outcome = Outcome.passes
        for number in 1...times {
            let admission = folding.admit(record, at: now, times: times - number + 1)
            if timer == nil, folding.isPending { startTimer() }
            switch admission {
            case .write:
                keep(record)
                outcome = .waits
            case .count:
                isOwing = failure != nil
                return isOwing ? .waits : outcome
            case .refuse:
                isOwing = failure != nil
                return .refused
            }
        }
        return outcome
    }

    /// How long no more is to be read of the session's client, since it has had much recorded.
    func delay(of session: AuditedSession) -> Duration {
        sink == nil ? .zero : folding.delay(of: session, at: Uptime.now)
    }

    /// Readable lines say at which level they are, and the log leaves out what is too fine.
    private func takes(_ record: AuditRecord) -> Bool {
        configuration.level.takes(record) || configuration.destination == .log && record.weight == .detail
    }

    private func keep(_ record: AuditRecord) {
        let time = time ?? .now
        self.time = time
        waiting.append(record.repeated)
        sink?.keep(record, at: time)
    }

    /// Writes what was recorded. If it cannot, that is a lapse more.
    package func flush() {
        guard !waiting.isEmpty || isOwing, let sink else { return }
        if !write(to: sink), configuration.failure == .close { lapses += 1 }
        waiting.removeAll(keepingCapacity: waiting.count <= Self.mostKept)
        time = nil
        isOwing = false
    }

    private func write(to sink: any AuditSink) -> Bool {
        guard tellWhatIsMissing(to: sink) else {
            lose(waiting.count)
            sink.discardKept()
            return false
        }
        guard !waiting.isEmpty else { return true }
        do throws(TrailFailure) {
            try sink.writeKept()
            return true
        } catch {
            lose(error.missing)
            fail(error, sink)
            return false
        }
    }

    /// The last so many of the records that wait are missing from here on.
    private func lose(_ count: Int) {
        missing = waiting.suffix(count).reduce(missing) { $0 + $1 }
    }

    /// Places that are kept for the records of the next turn.
    private static let mostKept = 1024

    /// How many records are missing comes before those that are written again.
    private func tellWhatIsMissing(to sink: any AuditSink) -> Bool {
        guard let failure else { return true }
        var record = AuditRecord(nil, .auditFailed(reason: failure.reason))
        record.repeated = missing
        do throws(TrailFailure) {
            try sink.writeAhead(record, at: time ?? .now)
        } catch {
            fail(error, sink)
            return false
        }
        logger.notice("the audit trail in \(sink.name) is written again; records that are missing: \(missing)")
        self.failure = nil
        missing = 0
        return true
    }

    private func fail(_ failure: TrailFailure, _ sink: any AuditSink) {
        let isKnown = self.failure?.reason == failure.reason
        self.failure = failure
        let now = Uptime.now
        if isKnown { return }
        if let complaint, complaint.reason == failure.reason, now - complaint.time < Self.complaintInterval { return }
        complaint = (failure.reason, now)
        logger.critical("the audit trail in \(sink.name) cannot be written: \(failure.reason); \(consequence)")
    }

    private var consequence: String {
        switch configuration.failure {
        case .close: "sessions end until it can (--audit-failure)"
        case .continue: "what is asked and refused goes unrecorded until it can (--audit-failure)"
        }
    }

    /// Keeps what was counted of a session that has ended. While nothing can be written it is left where it is counted.
    func ended(_ session: AuditedSession) {
        guard failure == nil else { return }
        for record in folding.ended(session, at: Uptime.now) { keep(record) }
    }

    /// Begins a new file where log rotation has moved the old one away.
    func reopen() {
        guard let sink else { return }
        flush()
        do throws(TrailFailure) {
            try sink.reopen()
        } catch {
            logger.error(
                "the audit trail in \(sink.name) cannot be opened anew, and goes on as it was: \(error.reason)")
        }
    }

    /// Writes what was counted and not told yet.
    func close() {
        timer?.cancel()
        timer = nil
        writeCounts()
    }

    // MARK: Counts

    /// Runs only while there is something to tell.
    private func startTimer() {
        guard timer == nil else { return }
        timer = loop.assumeIsolated().scheduleTask(in: TimeAmount(AuditFolding.interval)) {
            self.timer = nil
            self.writeCounts()
            if self.folding.isPending { self.startTimer() }
        }
    }

    /// While nothing can be written, counts are left where they are.
    private func writeCounts() {
        if let sink, !tellWhatIsMissing(to: sink) { return }
        for record in folding.due(at: Uptime.now) { keep(record) }
        flush()
    }
}
