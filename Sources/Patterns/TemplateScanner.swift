// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Reads the text of a template (Python 3.11, "Format String Syntax", without conversions, formats and attributes).
struct TemplateScanner {
    /// Python lets a template count its groups by itself or by number, not in both ways.
    private enum Numbering {
        case automatic(next: Int)
        case explicit
    }

    private let bytes: [UInt8]
    private let captureCount: Int
    private var index = 0
    private var literal: [UInt8] = []
    private var pieces: [Template.Piece] = []
    private var numbering: Numbering?

    private init(bytes: [UInt8], captureCount: Int) {
        self.bytes = bytes
        self.captureCount = captureCount
    }

    static func scan(_ source: String, captureCount: Int) throws(PatternError) -> [Template.Piece] {
        try scanCharacters(source)
        var scanner = TemplateScanner(bytes: Array(source.utf8), captureCount: captureCount)
        try scanner.scan()
        return scanner.pieces
    }

    /// What a template makes is one line of the protocol, so nothing in it may end the line or hide in it.
    private static func scanCharacters(_ source: String) throws(PatternError) {
        var offset = 0
        for scalar in source.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x0D:
                throw PatternError(
                    message: "the template has a line break, which would begin a line of its own",
                    offset: offset,
                    hint: "write the template in quotes on one line, or use `|-` in place of `|`"
                )
            case 0x00...0x1F, 0x7F...0x9F:
                throw PatternError(
                    message: "the template has a control character, 0x\(hexadecimal(UInt8(scalar.value)))",
                    offset: offset,
                    hint: "leave it out: a line with one is filtered"
                )
            default:
                offset += UTF8.width(scalar)
            }
        }
    }

    private mutating func scan() throws(PatternError) {
        while index < bytes.count {
            let byte = bytes[index]
            let isDoubled = index + 1 < bytes.count && bytes[index + 1] == byte
            switch byte {
            case UInt8(ascii: "{") where isDoubled, UInt8(ascii: "}") where isDoubled:
                literal.append(byte)
                index += 2
            case UInt8(ascii: "{"):
                try scanField()
            case UInt8(ascii: "}"):
                throw PatternError(
                    message: "`}` closes nothing",
                    offset: index,
                    hint: "write `}}` for the character itself"
                )
            default:
                literal.append(byte)
                index += 1
            }
        }
        endLiteral()
    }

    private mutating func endLiteral() {
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = []
    }

    private mutating func scanField() throws(PatternError) {
        let start = index
        let content = bytes.dropFirst(start + 1).prefix { $0 != UInt8(ascii: "}") && $0 != UInt8(ascii: "{") }
        guard content.endIndex < bytes.count, bytes[content.endIndex] == UInt8(ascii: "}") else {
            throw PatternError(
                message: "`{` is never closed",
                offset: start,
                hint: "write `{{` for the character itself"
            )
        }
        endLiteral()
        let field = String(decoding: content, as: UTF8.self)
        if content.isEmpty {
            pieces.append(.group(try automaticGroup(at: start)))
        } else if content.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            pieces.append(.group(try explicitGroup(field, at: start)))
        } else if let variable = Template.Variable(rawValue: field) {
            pieces.append(.variable(variable))
        } else {
            throw Self.refusal(of: field, at: start)
        }
        index = content.endIndex + 1
    }

    private mutating func automaticGroup(at start: Int) throws(PatternError) -> Int {
        let group: Int
        switch numbering {
        case nil: group = 0
        case .automatic(let next): group = next
        case .explicit: throw Self.mixture(at: start)
        }
        guard group < captureCount else {
            throw PatternError(
                message: "this is the \(group + 1). `{}`, but the pattern has \(Self.groups(captureCount))",
                offset: start,
                hint: Self.groupHint
            )
        }
        numbering = .automatic(next: group + 1)
        return group
    }

    private mutating func explicitGroup(_ digits: String, at start: Int) throws(PatternError) -> Int {
        if case .automatic = numbering { throw Self.mixture(at: start) }
        numbering = .explicit
        guard let group = Int(digits), group < captureCount else {
            throw PatternError(
                message:
                    "`{\(digits)}` asks for a group that is not there: the pattern has \(Self.groups(captureCount))",
                offset: start,
                hint: captureCount > 0 ? "groups count from `{0}` to `{\(captureCount - 1)}`" : Self.groupHint
            )
        }
        return group
    }

    private static let groupHint = "put what is to be taken over into parentheses in the pattern"

    private static func groups(_ count: Int) -> String {
        switch count {
        case 0: "no group"
        case 1: "1 group"
        default: "\(count) groups"
        }
    }

    private static func mixture(at start: Int) -> PatternError {
        PatternError(
            message: "the template has both `{}` and numbered groups",
            offset: start,
            hint: "number them all, from `{0}`, or none"
        )
    }

    private static func refusal(of field: String, at start: Int) -> PatternError {
        // Python ends the name at the first of these characters.
        let name = String(field.prefix { !"!:.[".contains($0) })
        if name.utf8.count < field.utf8.count {
            let isFormat = field.contains { "!:".contains($0) }
            return PatternError(
                message: isFormat
                    ? "`{\(field)}` has a conversion or a format, which templates do not have"
                    : "`{\(field)}` reaches into a value, which templates cannot",
                offset: start,
                hint: "write `{\(name)}`"
            )
        }
        let names = Template.Variable.allCases.map(\.rawValue)
        return PatternError(
            message: "nothing is named `{\(field)}`",
            offset: start,
            hint: Spelling.nearest(to: field, among: names).map { "did you mean `{\($0)}`?" }
                ?? "there are " + names.map { "`{\($0)}`" }.joined(separator: ", ")
        )
    }
}
