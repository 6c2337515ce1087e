// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Files beside the tests.
enum GoldenFile {
    struct Failure: Error {
        let path: String
        let number: Int32
    }

    static func path(of name: String) -> String {
        "\(#filePath)".split(separator: "/").dropLast().reduce(into: "") { $0 += "/" + $1 } + "/Golden/\(name)"
    }

    static func read(_ path: String) throws -> String {
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

    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw Failure(path: path, number: errno) }
        defer { fclose(file) }
        guard fputs(text, file) >= 0 else { throw Failure(path: path, number: errno) }
    }
}
