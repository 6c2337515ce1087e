// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import NIOCore
import SystemPackage

/// Lines of JSON on standard error.
final class StandardErrorSink: AuditSink {
    private let stream = StandardErrorStream.shared
    private var buffer = ByteBuffer()

    let name = "standard error"

    init() throws(TrailFailure) {
        guard stream.isOpen else { throw TrailFailure(.badFileDescriptor) }
    }

    func write(_ records: [TimedRecord]) throws(TrailFailure) {
        buffer.clear()
        for record in records { JSONLine.write(record.record, at: record.time, to: &buffer) }
        let (written, error) = buffer.withUnsafeReadableBytes { stream.write($0) }
        buffer.moveReaderIndex(forwardBy: written)
        if let error { throw TrailFailure(error, missing: buffer.readableLines(upTo: records.count)) }
    }

    func reopen() throws(TrailFailure) {}
}
