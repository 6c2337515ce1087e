// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension YAMLReader {
    /// The comments of a stream, in their order: as many as there are before the first place that cannot be scanned.
    ///
    /// The scanner tells what is text: a `#` in quotes or in a block scalar is none.
    package static func comments(_ bytes: [UInt8]) -> [Comment] {
        guard bytes.count <= YAMLLimits.inputSize, var source = try? SourceText(bytes),
            var stream = try? EventStream(source)
        else { return [] }
        var comments: [Comment] = []
        var behind = Mark.start
        do {
            while let token = try stream.nextToken() {
                comments += source.comments(from: behind, upTo: token.mark)
                behind = max(behind, token.mark)
                guard token.end > behind else { continue }
                if token.isBlockScalar {
                    let below = min(Mark(line: token.mark.line + 1, column: 1), token.end)
                    comments += source.comments(from: behind, upTo: below)
                }
                behind = token.end
            }
            comments += source.comments(from: behind, upTo: source.end)
        } catch {
            return comments
        }
        return comments
    }
}

extension SourceText {
    /// The comments in a piece of the stream that holds no text.
    fileprivate mutating func comments(from start: Mark, upTo end: Mark) -> [Comment] {
        guard start < end else { return [] }
        var comments: [Comment] = []
        var offset = offset(of: start)
        let last = self.offset(of: end)
        var mark = start
        while offset < last {
            switch bytes[offset] {
            case UInt8(ascii: "#"):
                let text = bytes[offset...].prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
                let comment = String(decoding: text, as: UTF8.self)
                comments.append(Comment(text: comment, mark: mark))
                offset = text.endIndex
                mark.column += comment.unicodeScalars.count
            case UInt8(ascii: "\n"):
                mark = Mark(line: mark.line + 1, column: 1)
                offset += 1
            case let byte:
                if !Self.continues(byte) { mark.column += 1 }
                offset += 1
            }
        }
        return comments
    }
}
