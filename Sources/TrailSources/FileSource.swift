// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A file as it is when it is opened: what somebody goes on to write at its end is left for another time, so that reading it ends.
final class FileSource: ByteSource {
    private let file: OpenFile
    /// Bytes that are left; nil of what is no regular file, and has the end that its writer gives it.
    private var rest: Int?
    private var isAtStart = true
    /// Room for the end of a line that was half written.
    private static let extent = 1 << 20

    init(_ file: OpenFile) {
        self.file = file
        rest = file.isRegular ? max(Int(file.status.st_size) - Int(lseek(file.descriptor, 0, SEEK_CUR)), 0) : nil
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrailUnreadable) -> Int {
        let count = min(buffer.count, rest ?? buffer.count)
        guard count > 0 else { return 0 }
        let read = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        if isAtStart, let packing = Packing(beginning: UnsafeRawBufferPointer(rebasing: buffer[..<read])) {
            throw TrailUnreadable("is packed; unpack it first: \(packing.command) FILE | onion-sieve audit -")
        }
        isAtStart = false
        rest = rest.map { read == 0 ? 0 : $0 - read }
        return read
    }

    var progress: (position: Int, size: Int)? {
        rest.map { (Int(file.status.st_size) - $0, Int(file.status.st_size)) }
    }

    func extend() { if rest != nil { rest = Self.extent } }
}
