// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Cuts what arrives in pieces into lines, in bounded memory.
///
/// A line that lies whole in a piece is not copied.
package struct LineSplitter: Sendable {
    /// Bytes of the longest line that is handed out. The longest record has some tens of KiB; in the journal other programs' fields
    /// come with it.
    package static let lineLimit = 1 << 20

    /// What there was of a line that has not ended.
    package enum Rest: Hashable, Sendable {
        case line([UInt8])
        case tooLong
    }

    /// The beginning of a line that has not ended.
    private var begun: [UInt8] = []
    private var isTooLong = false

    package init() {}

    /// Whether a line has begun and not ended.
    package var isInLine: Bool { isTooLong || !begun.isEmpty }

    /// - Parameter take: is given each line that has ended, without its line feed, as long as the call lasts; nil for one that was
    ///   longer than ``lineLimit``.
    package mutating func split(_ piece: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer?) -> Void) {
        var rest = piece[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = UnsafeRawBufferPointer(rebasing: rest[..<end])
            rest = rest[(end + 1)...]
            if isInLine {
                append(line)
                if isTooLong { take(nil) } else { begun.withUnsafeBytes { take($0) } }
                begun.removeAll(keepingCapacity: true)
                isTooLong = false
            } else {
                take(line.count > Self.lineLimit ? nil : line)
            }
        }
        append(UnsafeRawBufferPointer(rebasing: rest))
    }

    /// What is left at the end; nil if every line has ended.
    package mutating func finish() -> Rest? {
        guard isInLine else { return nil }
        defer { self = LineSplitter() }
        return isTooLong ? .tooLong : .line(begun)
    }

    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard !isTooLong else { return }
        guard begun.count + bytes.count <= Self.lineLimit else {
            isTooLong = true
            begun = []
            return
        }
        begun.append(contentsOf: bytes)
    }
}
