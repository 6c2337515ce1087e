// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A file that log rotation has packed with gzip, unpacked by that program while it is read.
final class UnpackedSource: ByteSource {
    private let file: OpenFile
    private let program: ChildProcess

    init(_ file: OpenFile) throws(TrailUnreadable) {
        self.file = file
        program = try ChildProcess("gzip", ["--decompress", "--stdout", "--quiet"], input: file)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrailUnreadable) -> Int {
        try program.output.read(into: buffer)
    }

    /// The program reads through a descriptor that shares its place with ours.
    var progress: (position: Int, size: Int)? {
        (Int(lseek(file.descriptor, 0, SEEK_CUR)), Int(file.status.st_size))
    }

    func finish() throws(TrailUnreadable) {
        // 2 is a warning: something stands behind what was packed.
        guard let status = program.wait(), status == 0 || status == 2 else {
            let messages = program.messages
            throw TrailUnreadable("cannot be unpacked to its end\(messages.isEmpty ? "" : ": \(messages)")")
        }
    }
}
