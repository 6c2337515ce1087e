// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import NIOCore
import SystemPackage

/// Lines of JSON on standard error.
final class StandardErrorSink: AuditSink {
    private let stream = StandardErrorStream.shared
    private var kept = KeptLines()

    let name = "standard error"

    init() throws(TrailFailure) {
        guard stream.isOpen else { throw TrailFailure(.badFileDescriptor) }
    }

    func keep(_ record: AuditRecord, at time: Timestamp) { kept.keep(record, at: time) }

    func discardKept() { kept.removeAll() }

    func writeKept() throws(TrailFailure) {
        defer { kept.removeAll() }
        try write(kept)
    }

    func writeAhead(_ record: AuditRecord, at time: Timestamp) throws(TrailFailure) {
        var lines = KeptLines()
        lines.keep(record, at: time)
        try write(lines)
    }

    private func write(_ lines: KeptLines) throws(TrailFailure) {
        var rest = lines.bytes
        let (written, error) = rest.withUnsafeReadableBytes { stream.write($0) }
        rest.moveReaderIndex(forwardBy: written)
        if let error { throw TrailFailure(error, missing: lines.missing(in: rest)) }
    }

    func reopen() throws(TrailFailure) {}
}
