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

    /// A file of procfs that is one record of at most `bound` bytes, as proc(5) has them: a read that leaves room has come to its end,
    /// and does not have to be followed by another that says so.
    func record(upTo bound: Int) throws(SystemError) -> [UInt8] {
        var code: Int32 = 0
        let size = min(bound + 1, 4096)
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { chunk, count in
            var got = -1
            repeat { got = read(number, chunk.baseAddress, size) } while got < 0 && errno == EINTR
            if got < 0 { code = errno }
            count = max(got, 0)
        }
        guard code == 0 else { throw SystemError(code: code) }
        guard bytes.count == size else { return bytes }
        guard size <= bound else { throw SystemError(code: EFBIG) }
        return bytes + (try contents(upTo: bound - size))
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
