// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The lines of a file, found without reading it from its beginning each time.
struct SourceLines: Sendable {
    private let source: [UInt8]
    /// Where each line begins.
    private let starts: [Int]

    init(of source: [UInt8]) {
        self.source = source
        starts = [0] + source.indices.lazy.filter { source[$0] == 0x0A }.map { $0 + 1 }
    }

    /// The bytes of a line, counted from 1, without its end; line ends are those of YAML. Nil if there is none of that number.
    subscript(number: Int) -> ArraySlice<UInt8>? {
        guard starts.indices.contains(number - 1) else { return nil }
        let line = source[starts[number - 1]...].prefix { $0 != 0x0A }
        let marked = number == 1 && line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line
        return marked.last == 0x0D ? marked.dropLast() : marked
    }
}
