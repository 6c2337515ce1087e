// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// A file that is replaced as a whole, for others who read it at any time: they find the old text or the new one.
package enum ReplacedFile {
    package struct Failure: Error, Hashable, Sendable {
        package let reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// What is there and is no regular file stays: a link, a device.
    ///
    /// - Parameter mode: of the new file, whatever the umask.
    package static func write(_ text: String, to path: String, mode: UInt32) throws(Failure) {
        let slash = path.lastIndex(of: "/")
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard !name.isEmpty, name != ".", name != ".." else { throw Failure(reason: "\(path): names no file") }
        let holder = try open(directory)
        var status = stat()
        guard fstatat(holder.number, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || status.st_mode & S_IFMT == S_IFREG
        else {
            throw Failure(reason: "\(path): is no regular file, and is not replaced")
        }
        // It does not end as what collectors look for does.
        let temporary = ".\(name).\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let number = openat(holder.number, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
        guard number >= 0 else { throw Failure(reason: "\(path): \(SystemText.last)") }
        let isWritten =
            fchmod(number, mode) == 0 && store(text, in: number)
            && renameat(holder.number, temporary, holder.number, name) == 0
        let reason = SystemText.last
        close(number)
        guard isWritten else {
            unlinkat(holder.number, temporary, 0)
            throw Failure(reason: "\(path): \(reason)")
        }
    }

    private static func open(_ directory: String) throws(Failure) -> OpenDescriptor {
        do throws(Errno) {
            return try OpenDescriptor(directory, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            throw Failure(reason: "\(directory): \(SystemText.describe(error.rawValue))")
        }
    }

    private static func store(_ text: String, in number: Int32) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        // Where blocks are given out late a full disk is known here.
        return fsync(number) == 0
    }
}
