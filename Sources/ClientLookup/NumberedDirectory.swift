// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// A directory whose entries are numbers: `/proc`, where they are processes (and much else is beside them), or
/// `/proc/PID/fd`.
struct NumberedDirectory: ~Copyable {
    private let stream: OpaquePointer

    /// Opens `path`, seen from the directory `directory` if it is relative.
    init(opening path: String, in directory: Int32 = AT_FDCWD) throws(SystemError) {
        let number = openat(directory, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw .last }
        guard let stream = fdopendir(number) else {
            let error = SystemError.last
            close(number)
            throw error
        }
        self.stream = stream
    }

    deinit {
        closedir(stream)
    }

    /// The numbers, in no order; nil if there are more than `bound`.
    mutating func numbers(atMost bound: Int) throws(SystemError) -> [Int32]? {
        var numbers: [Int32] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .last }
                return numbers
            }
            guard let number = Self.number(of: entry) else { continue }
            guard numbers.count < bound else { return nil }
            numbers.append(number)
        }
    }

    /// Whether the entry `number` is a symbolic link with just this text. One that has gone is none.
    func links(_ number: Int32, to text: String) throws(SystemError) -> Bool {
        let length = text.utf8.count
        var buffer = [UInt8](repeating: 0, count: length + 1)
        let count = readlinkat(dirfd(stream), "\(number)", &buffer, buffer.count)
        guard count >= 0 else {
            guard errno == ENOENT else { throw .last }
            return false
        }
        return count == length && buffer[..<length].elementsEqual(text.utf8)
    }

    private static func number(of entry: UnsafeMutablePointer<dirent>) -> Int32? {
        withUnsafePointer(to: &entry.pointee.d_name) { name in
            name.withMemoryRebound(to: UInt8.self, capacity: MemoryLayout.size(ofValue: name.pointee)) { bytes in
                var value: Int32 = 0
                var index = 0
                while bytes[index] != 0 {
                    guard index < 9, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) else { return nil }
                    value = value * 10 + Int32(bytes[index] - UInt8(ascii: "0"))
                    index += 1
                }
                return index == 0 ? nil : value
            }
        }
    }
}
