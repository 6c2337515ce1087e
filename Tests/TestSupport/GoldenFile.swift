// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A text in the folder `Golden` beside a test, which people have read.
///
/// With ONION_SIEVE_WRITE_GOLDEN set it is written anew, to be read again before it is committed.
package struct GoldenFile: Sendable {
    package struct Failure: Error {
        package let path: String
        package let number: Int32
    }

    package let path: String

    /// - Parameter test: the file of the test.
    package init(_ name: String, beside test: String = #filePath) {
        path = test.split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 } + "/Golden/\(name)"
    }

    /// What the file has, after it was written anew if that is wanted.
    package func text(expecting text: String) throws -> String {
        if getenv("ONION_SIEVE_WRITE_GOLDEN") != nil { try write(text) }
        return try Self.read(path)
    }

    package static func read(_ path: String) throws -> String {
        guard let file = fopen(path, "r") else { throw Failure(path: path, number: errno) }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += chunk[..<count]
        }
    }

    private func write(_ text: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(path: path, number: errno) }
        defer { fclose(file) }
        guard fputs(text, file) >= 0 else { throw Failure(path: path, number: errno) }
    }
}
