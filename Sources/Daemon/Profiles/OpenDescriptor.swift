// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// A file descriptor that is closed with its owner.
struct OpenDescriptor: ~Copyable {
    /// `O_PATH`, which glibc hides from programs that do not ask for GNU's names: the kernel's asm-generic/fcntl.h, the same on
    /// all machines that Debian and Swift have in common.
    static let pathOnly: CInt = 0o10_000_000

    let number: CInt

    /// Opens `name` in an open directory, or anywhere if it is absolute. Nothing is inherited by programs that we start.
    init(_ name: String, in directory: CInt = AT_FDCWD, flags: CInt) throws(Errno) {
        self.number = try Self.retrying { openat(directory, name, flags | O_CLOEXEC | O_NOCTTY) }
    }

    deinit {
        close(number)
    }

    func status() throws(Errno) -> stat {
        var status = stat()
        _ = try Self.retrying { fstat(number, &status) }
        return status
    }

    /// What a symbolic link opened by its path alone says.
    func linkTarget() throws(Errno) -> String {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let length = try Self.retrying {
            buffer.withUnsafeMutableBytes { bytes in
                bytes.bindMemory(to: CChar.self).baseAddress.map { readlinkat(number, "", $0, bytes.count) } ?? -1
            }
        }
        guard length < buffer.count, let target = String(validating: buffer[..<length], as: UTF8.self) else {
            throw .invalidArgument
        }
        return target
    }

    /// All bytes from here to the end, but no more than `limit`.
    ///
    /// - Parameter size: how many there seem to be, so that as much memory is taken.
    func read(upTo limit: Int, expecting size: Int = 0) throws(Errno) -> [UInt8] {
        var content: [UInt8] = []
        while content.count < limit {
            // One more than there seem to be, so that the end is seen by the next read.
            let wanted = content.isEmpty && size > 0 ? size + 1 : 64 * 1024
            let piece = try piece(upTo: min(wanted, limit - content.count))
            if piece.isEmpty { break }
            if content.isEmpty { content = piece } else { content += piece }
        }
        return content
    }

    private func piece(upTo limit: Int) throws(Errno) -> [UInt8] {
        var failure: Errno?
        let piece = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            do throws(Errno) {
                count = try Self.retrying { Glibc.read(number, buffer.baseAddress, limit) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return piece
    }

    /// Names in a directory, without `.` and `..`; names that are no UTF-8 are left out.
    func names() throws(Errno) -> [String] {
        let copy = try Self.retrying { fcntl(number, F_DUPFD_CLOEXEC, 0) }
        guard let stream = fdopendir(copy) else {
            let failure = Errno(rawValue: errno)
            close(copy)
            throw failure
        }
        defer { closedir(stream) }
        rewinddir(stream)
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw Errno(rawValue: errno) }
                return names
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let name, name != ".", name != ".." { names.append(name) }
        }
    }

    private static func retrying<Result: FixedWidthInteger>(_ call: () -> Result) throws(Errno) -> Result {
        while true {
            let result = call()
            if result >= 0 { return result }
            let failure = Errno(rawValue: errno)
            if failure != .interrupted { throw failure }
        }
    }
}
