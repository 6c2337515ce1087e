// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import NIOCore
import SystemPackage

/// A datagram for each record to journald's socket (the journal's native protocol): what was kept from a file's reader by quoting is
/// here kept by fields, so that `journalctl ONION_SIEVE_DECISION=filter` finds it.
final class JournalSink: AuditSink {
    private let path: String
    private var descriptor: Int32 = -1
    private var kept: [ByteBuffer] = []
    /// Whether the journal's queue was full the last time, so that it is not waited for again.
    private var isStuck = false

    /// Milliseconds that a journal with a full queue is waited for.
    private static let patience: Int32 = 1000

    let name = "the journal"

    init(path: String) throws(TrailFailure) {
        self.path = path
        try reopen()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func keep(_ record: AuditRecord, at time: Timestamp) { kept.append(JournalEntry(record, at: time).datagram) }

    func discardKept() { kept.removeAll(keepingCapacity: true) }

    func writeKept() throws(TrailFailure) {
        defer { discardKept() }
        for (index, datagram) in kept.enumerated() {
            do throws(Errno) {
                try write(datagram)
            } catch {
                throw TrailFailure(error, missing: kept.count - index)
            }
        }
    }

    func writeAhead(_ record: AuditRecord, at time: Timestamp) throws(TrailFailure) {
        do throws(Errno) {
            try write(JournalEntry(record, at: time).datagram)
        } catch {
            throw TrailFailure(error, missing: 1)
        }
    }

    private func write(_ datagram: ByteBuffer) throws(Errno) {
        do throws(Errno) {
            try send(datagram)
        } catch .connectionRefused, .socketNotConnected, .noSuchFileOrDirectory, .connectionReset, .brokenPipe {
            // It was started anew.
            try connectAnew()
            try send(datagram)
        }
    }

    func reopen() throws(TrailFailure) {
        do throws(Errno) {
            try connectAnew()
        } catch {
            throw TrailFailure(error)
        }
    }

    private func connectAnew() throws(Errno) {
        guard path.utf8.count <= UnixListenSocket.addressLimit else { throw .fileNameTooLong }
        let opened = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard opened >= 0 else { throw .current }
        let result = UnixListenSocket.withAddress(of: path) { connect(opened, $0, $1) }
        guard result == 0 else {
            let reason = Errno.current
            close(opened)
            throw reason
        }
        if descriptor >= 0 { close(descriptor) }
        descriptor = opened
    }

    private func send(_ datagram: ByteBuffer) throws(Errno) {
        while true {
            let sent = datagram.withUnsafeReadableBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard sent < 0 else {
                isStuck = false
                return
            }
            switch errno {
            case EINTR: continue
            case EAGAIN where !isStuck:
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                // If it is writable then, and yet takes nothing, it is not asked a third time.
                isStuck = true
                _ = poll(&waiting, 1, Self.patience)
            default: throw .current
            }
        }
    }
}
