// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import Logging
import SystemPackage

/// Readable lines in the daemon's log, for a person in front of it.
final class LogSink: AuditSink {
    private let logger: Logger
    private var kept: [AuditRecord] = []

    let name = "the log"

    init(logger: Logger) throws(TrailFailure) {
        self.logger = logger
        guard StandardErrorStream.shared.isOpen else { throw TrailFailure(.badFileDescriptor) }
    }

    func keep(_ record: AuditRecord, at time: Timestamp) { kept.append(record) }

    func discardKept() { kept.removeAll(keepingCapacity: true) }

    func writeKept() throws(TrailFailure) {
        defer { discardKept() }
        for (index, record) in kept.enumerated() {
            log(record)
            guard let error = StandardErrorStream.shared.lastError else { continue }
            throw TrailFailure(error, missing: kept.count - index)
        }
    }

    func writeAhead(_ record: AuditRecord, at time: Timestamp) throws(TrailFailure) {
        log(record)
        if let error = StandardErrorStream.shared.lastError { throw TrailFailure(error, missing: 1) }
    }

    private func log(_ record: AuditRecord) {
        switch record.weight {
        case .detail: logger.debug("\(record.line)")
        case .normal: logger.info("\(record.line)")
        case .notable: logger.notice("\(record.line)")
        case .failure: logger.error("\(record.line)")
        }
    }

    func reopen() throws(TrailFailure) {}
}
