// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

internal import Glibc

/// An open file of ours, closed when its owner goes.
struct Descriptor: ~Copyable {
    /// Good only as long as this value lives; never taken of a value that has no name.
    let number: Int32

    /// Takes over `number`, as a system call returned it.
    init(adopting number: Int32) throws(SystemError) {
        guard number >= 0 else { throw .last }
        self.number = number
    }

    /// Opens `path`, seen from the directory `directory` if it is relative.
    init(opening path: String, flags: Int32, in directory: Int32 = AT_FDCWD) throws(SystemError) {
        try self.init(adopting: openat(directory, path, flags | O_CLOEXEC))
    }

    deinit {
        close(number)
    }

    /// All that can be read. A file of more than `bound` bytes is an error (`EFBIG`), never a part of it.
    func contents(upTo bound: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(number, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count < 0 {
                guard errno == EINTR else { throw .last }
                continue
            }
            bytes += chunk[..<count]
            guard bytes.count <= bound else { throw SystemError(code: EFBIG) }
        }
    }

    /// Which file it is, who owns it and who may write it.
    func status() throws(SystemError) -> stat {
        var status = stat()
        guard fstat(number, &status) == 0 else { throw .last }
        return status
    }
}
