// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The owner of a descriptor that bytes are read from.
final class OpenFile {
    let descriptor: CInt
    let status: stat

    /// - Throws: TrailUnreadable also for what is there and is no file that has an end: a device, such as /dev/zero, or a directory.
    convenience init(path: String) throws(TrailUnreadable) {
        try self.init(examining: open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY))
    }

    /// A descriptor that somebody else has opened, of which a copy is read.
    convenience init(copying given: CInt) throws(TrailUnreadable) {
        try self.init(examining: fcntl(given, F_DUPFD_CLOEXEC, 3))
    }

    /// - Parameter descriptor: of ours, or -1 with errno(3).
    private init(examining descriptor: CInt) throws(TrailUnreadable) {
        guard descriptor >= 0 else { throw TrailUnreadable(errno: errno) }
        do throws(TrailUnreadable) {
            status = try Self.check(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// To be owned: the end of a pipe of ours.
    init(owning descriptor: CInt) {
        self.descriptor = descriptor
        status = stat()
    }

    deinit { close(descriptor) }

    var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }

    private static func check(_ descriptor: CInt) throws(TrailUnreadable) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw TrailUnreadable(errno: errno) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR: throw TrailUnreadable("is a directory")
        case S_IFBLK: throw TrailUnreadable("is a device, which holds no trail")
        // A terminal has an end, and so has /dev/null (number 1:3).
        case S_IFCHR where isatty(descriptor) == 0 && status.st_rdev != 0x103:
            throw TrailUnreadable("is a device, which holds no trail")
        default: return status
        }
    }

    /// 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrailUnreadable) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            guard errno == EINTR else { throw TrailUnreadable(errno: errno) }
        }
    }

    /// The first bytes, without taking them, if this is a regular file.
    func beginning(_ count: Int) -> [UInt8] {
        guard isRegular else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(pread(descriptor, buffer.baseAddress, count, 0), 0)
        }
    }
}
