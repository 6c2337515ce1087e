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
        var lines = [0]
        var mark = Mark.start
        var offset = 0
        var decoder = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        scan: while true {
            switch decoder.parseScalar(from: &iterator) {
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                offset += encoded.count
                if scalar == "\r", offset < bytes.count, bytes[offset] == UInt8(ascii: "\n") { continue }
                try Self.check(scalar, at: mark)
                if scalar == "\n" {
                    lines.append(offset)
                    mark = Mark(line: mark.line + 1, column: 1)
                } else {
                    mark.column += 1
                }
            case .emptyInput:
                break scan
            case .error:
                throw YAMLError(message: "this is not UTF-8", mark: mark, hint: "save the file in UTF-8")
            }
        }
        self.lines = lines
        end = mark
        try checkDirectives()
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
