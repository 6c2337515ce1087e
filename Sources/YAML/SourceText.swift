// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The bytes of a stream, known to be UTF-8 whose every character shows or is a blank, tab or line break.
///
/// libyaml checks most of this itself, but takes UTF-16 as well and counts U+0085, U+2028 and a lone CR as line breaks, so
/// that its lines would not be the editor's.
struct SourceText {
    let bytes: [UInt8]
    /// The offset of the first byte of each line.
    private let lines: [Int]
    /// Right behind the last character.
    let end: Mark
    /// The place that was last asked for. Places are asked for from the first to the last, and a stream may be one long
    /// line, which must not be gone through from its beginning each time.
    private var last = (mark: Mark.start, offset: 0)

    init(_ bytes: [UInt8]) throws(YAMLError) {
        self.bytes = bytes
        (lines, end) = try Self.lines(of: bytes)
        try checkDirectives()
    }

    private static func lines(of bytes: [UInt8]) throws(YAMLError) -> (offsets: [Int], end: Mark) {
        var lines = [0]
        var mark = Mark.start
        var offset = 0
        while offset < bytes.count {
            let byte = bytes[offset]
            // Nearly all of any file, and not worth a decoder.
            if byte >= 0x20, byte < 0x7F {
                offset += 1
                mark.column += 1
            } else if byte == UInt8(ascii: "\n") {
                offset += 1
                lines.append(offset)
                mark = Mark(line: mark.line + 1, column: 1)
            } else {
                let isBreak = byte == UInt8(ascii: "\r") && offset + 1 < bytes.count
                if isBreak, bytes[offset + 1] == UInt8(ascii: "\n") {
                    offset += 1
                    continue
                }
                offset += try check(bytes[offset...], at: mark)
                mark.column += 1
            }
        }
        return (lines, mark)
    }

    /// Checks the first character, and says how many bytes it has.
    private static func check(_ bytes: ArraySlice<UInt8>, at mark: Mark) throws(YAMLError) -> Int {
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        guard case .valid(let encoded) = decoder.parseScalar(from: &iterator) else {
            throw YAMLError(message: "this is not UTF-8", mark: mark, hint: "save the file in UTF-8")
        }
        try check(Unicode.UTF8.decode(encoded), at: mark)
        return encoded.count
    }

    private static func check(_ scalar: Unicode.Scalar, at mark: Mark) throws(YAMLError) {
        switch scalar.value {
        case 0xFEFF:
            throw YAMLError(
                message: "there is a byte order mark",
                mark: mark,
                hint: "save the file as UTF-8 without it"
            )
        case 0x2028, 0x2029:
            throw YAMLError(message: "there is a line separator that editors do not show", mark: mark)
        case 0x09, 0x0A, 0x20...0x7E, 0xA0...0xFFFD, 0x10000...:
            return
        default:
            throw YAMLError(
                message: "there is a control character, 0x\(String(scalar.value, radix: 16))",
                mark: mark,
                hint: "write it as an escape in double quotes, if it is meant"
            )
        }
    }

    private func checkDirectives() throws(YAMLError) {
        var count = 0
        for (index, start) in lines.enumerated() where start < bytes.count && bytes[start] == UInt8(ascii: "%") {
            count += 1
            guard count <= YAMLLimits.directives else {
                throw YAMLError(
                    message: "more than \(YAMLLimits.directives) lines begin with `%`, as directives do",
                    mark: Mark(line: index + 1, column: 1),
                    hint: "leave directives out"
                )
            }
        }
    }

    /// The offset of the character at a mark, or of the end of the bytes.
    mutating func offset(of mark: Mark) -> Int {
        guard mark.line <= lines.count else { return bytes.count }
        if mark.line != last.mark.line || mark < last.mark {
            last = (Mark(line: mark.line, column: 1), lines[mark.line - 1])
        }
        while last.mark.column < mark.column, last.offset < bytes.count {
            last.offset += 1
            while last.offset < bytes.count, Self.continues(bytes[last.offset]) { last.offset += 1 }
            last.mark.column += 1
        }
        return last.offset
    }

    /// Whether a byte is not the first one of its character.
    static func continues(_ byte: UInt8) -> Bool {
        byte & 0xC0 == 0x80
    }
}
