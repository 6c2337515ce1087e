// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import TestSupport
import Testing
import YAML

struct PropertyTests {
    private static let pieces = [
        "a", "b", "- ", "-", ": ", ":", "? ", "\n", "\n", "\n  ", "  ", " ", "\t", "'", "\"", "[", "]", "{", "}", ", ",
        "#", " # c",
        "|\n", ">-\n", "---\n", "...\n", "&a ", "*a", "!!str ", "!foo ", "<<", "\\x41", "\\", "%", "@", "é", "\r\n",
        "k: v\n",
        "- x\n",
    ]

    @Test(
        "Text of YAML's own characters is read, or refused inside the stream", .timeLimit(.minutes(1)), arguments: 0..<8
    )
    func anyText(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let count = Int.random(in: 0...16, using: &generator)
            let source = (0..<count).map { _ in Self.pieces.randomElement(using: &generator) ?? "" }.joined()
            Self.check(Array(source.utf8))
        }
    }

    @Test("Any bytes are read, or refused inside the stream", .timeLimit(.minutes(1)), arguments: 0..<8)
    func anyBytes(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<1000 {
            let count = Int.random(in: 0...64, using: &generator)
            Self.check((0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
            Self.check((0..<count).map { _ in UInt8.random(in: 0x20...0x7E, using: &generator) })
        }
    }

    private static func check(_ bytes: [UInt8]) {
        let last = end(of: bytes)
        do throws(YAMLError) {
            for node in try YAMLReader.read(bytes) { check(node, in: bytes, last: last) }
        } catch {
            #expect(error.mark >= .start && error.mark <= last, "\(bytes) \(error)")
            #expect(!error.message.isEmpty)
        }
    }

    private static func check(_ node: Node, in bytes: [UInt8], last: Mark) {
        #expect(node.mark >= .start && node.mark <= node.end && node.end <= last, "\(bytes)")
        switch node.content {
        case .scalar(let scalar):
            #expect(scalar.textMark <= last)
            for offset in 0...scalar.text.utf8.count {
                #expect(scalar.mark(ofOffset: offset, in: bytes) <= last, "\(bytes) \(offset)")
            }
        case .sequence(let nodes):
            for node in nodes { check(node, in: bytes, last: last) }
        case .mapping(let entries):
            for entry in entries {
                check(entry.key, in: bytes, last: last)
                check(entry.value, in: bytes, last: last)
            }
        }
    }

    /// Right behind the last character, bytes that are not UTF-8 counting as one character each at most.
    private static func end(of bytes: [UInt8]) -> Mark {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let last = lines.last ?? []
        return Mark(line: lines.count, column: last.count + 1)
    }
}
