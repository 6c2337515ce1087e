// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import Logging
import NIOCore
import SystemPackage

/// Lines of JSON at the end of a file, which is made if it is missing, and never shortened.
///
/// All records of a turn go out in one write(2). A file that was removed is made anew within a second; one that was moved is written
/// on until we are told to reopen it, as log rotation does.
final class FileSink: AuditSink {
    private let path: String
    private let logger: Logger
    private var descriptor: Int32 = -1
    private var kept = KeptLines()
    /// When it was last seen what others have done to the file; nil if that is to be seen before anything is written.
    private var seen: Duration?
    /// Whether a line was begun that nobody has ended: a full disk takes half of it.
    private var isInLine = false
    /// How long the file is as far as we know.
    private var size = 0

    /// How long what others do to the file may go unseen: as often it is asked about while records are written.
    private static let blindness = Duration.seconds(1)

    var name: String { path }

    init(path: String, logger: Logger) throws(TrailFailure) {
        self.path = path
        self.logger = logger
        try reopen()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

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
        do throws(TrailFailure) {
            try lookAgain()
        } catch {
            throw TrailFailure(error.reason, missing: lines.count)
        }
        var rest = lines.bytes
        if isInLine {
            rest = ByteBuffer(string: "\n")
            rest.writeImmutableBuffer(lines.bytes)
        }
        while rest.readableBytes > 0 {
            let written = rest.withUnsafeReadableBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                let reason = written == 0 ? Errno.noSpace : .current
                seen = nil
                throw TrailFailure(reason, missing: lines.missing(in: rest))
            }
            isInLine = rest.getInteger(at: rest.readerIndex + written - 1) != UInt8(ascii: "\n")
            rest.moveReaderIndex(forwardBy: written)
            size += written
        }
    }

    func reopen() throws(TrailFailure) {
        let (opened, isNew) = try openFile()
        let size: Int
        do throws(TrailFailure) {
            size = try examine(opened)
        } catch {
            close(opened)
            throw error
        }
        // Our umask has taken away what the group may; of a file that was there, its mode is the administrator's choice.
        if isNew { fchmod(opened, 0o640) }
        if descriptor >= 0 { close(descriptor) }
        descriptor = opened
        learn(size)
    }

    /// Nobody is made to wait for the other end of a FIFO, and a link is not followed: who may write in the directory would choose
    /// what we append to.
    private func openFile() throws(TrailFailure) -> (descriptor: Int32, isNew: Bool) {
        let flags = O_RDWR | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC
        // It may come and go between the two.
        for _ in 0..<3 {
            let found = open(path, flags)
            if found >= 0 { return (found, false) }
            if errno == ELOOP { throw TrailFailure("it is a symbolic link") }
            guard errno == ENOENT else { throw TrailFailure(Errno.current) }
            let made = open(path, flags | O_CREAT | O_EXCL, 0o640)
            if made >= 0 { return (made, true) }
            guard errno == EEXIST else { throw TrailFailure(Errno.current) }
        }
        throw TrailFailure("it is a symbolic link, or others change it all the time")
    }

    /// A trail that others could have written, or could yet change, proves nothing.
    ///
    /// - Returns: how long it is.
    private func examine(_ opened: Int32) throws(TrailFailure) -> Int {
        var status = stat()
        guard fstat(opened, &status) == 0 else { throw TrailFailure(Errno.current) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw TrailFailure("it is not a regular file") }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw TrailFailure("it belongs to uid \(status.st_uid), and must to root or to the daemon's user")
        }
        guard status.st_mode & 0o002 == 0 else { throw TrailFailure("everybody can write to it: chmod o-w") }
        return status.st_size
    }

    private func learn(_ size: Int) {
        var last: UInt8 = 0
        self.size = size
        isInLine = size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != UInt8(ascii: "\n")
    }

    /// What others have done to the file: it may be gone, or cut or continued in the middle of a line.
    private func lookAgain() throws(TrailFailure) {
        let now = Uptime.now
        if let seen, now - seen < Self.blindness { return }
        seen = nil
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            try reopen()
            logger.warning("the audit trail in \(path) was removed, and begins anew")
            seen = now
            return
        }
        if status.st_size != size { learn(status.st_size) }
        seen = now
    }
}
