// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import Logging
import SystemPackage

/// Readable lines in the daemon's log, for a person in front of it.
final class LogSink: AuditSink {
    private let logger: Logger

    let name = "the log"

    init(logger: Logger) throws(TrailFailure) {
        self.logger = logger
        guard StandardErrorStream.shared.isOpen else { throw TrailFailure(.badFileDescriptor) }
    }

    func write(_ records: [TimedRecord]) throws(TrailFailure) {
        for (index, record) in records.enumerated() {
            log(record.record)
            guard let error = StandardErrorStream.shared.lastError else { continue }
            throw TrailFailure(error, missing: records.count - index)
        }
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
