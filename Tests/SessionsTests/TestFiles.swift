// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import TestSupport

/// Files beside the tests.
enum TestFiles {
    static let transcripts = root + "/Transcripts"

    private static let root = String(
        "\(#filePath)".split(separator: "/").dropLast(2).reduce(into: "") { $0 += "/" + $1 }
    )

    static func names(in directory: String, ending: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(ending) { names.append(name) }
        }
        return names.sorted()
    }

    static func loadTranscripts() throws -> [Transcript] {
        try names(in: transcripts, ending: ".txt").map { name in
            try TranscriptParser.parse(name: name, GoldenFile.read("\(transcripts)/\(name)")) {
                try GoldenFile.read("\(transcripts)/profiles/\($0).yml")
            }
        }
    }
}
