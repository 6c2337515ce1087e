// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Holds a pattern to the dialect that RE2 and Python's `re` share and read alike, before RE2 sees it.
///
/// Profiles are read by filters of both kinds. RE2 refuses much of what only Python knows, but not what Python knows and
/// RE2 reads in another way (`x{,3}`, `(?-i)`, `\12`), nor what RE2 alone knows (`\z`, `[[:alpha:]]`, `(?U)`); and its errors
/// have no place. "Alike" is said of texts of printable ASCII, which is all that a client may send: there `\s`, `\w`, `\d`
/// and `$` are the same in both, though not for line breaks and characters beyond ASCII. One difference remains in what is
/// captured, never in what matches: of a repetition whose body may be empty (`(|a)+`), the last round's captures may be
/// empty in one and not in the other.
///
/// References: RE2's `doc/syntax.txt`; Python 3.11, "Regular Expression Syntax" in the library reference.
struct PatternScanner {
    /// What is worth knowing of a pattern beyond its being good.
    struct Findings: Hashable, Sendable {
        var hasLiteralBlank = false
        /// Whether a `|` stands outside of all groups.
        var hasAlternatives = false
        /// Capturing parentheses.
        var groupCount = 0
        /// The `.*` or `.+` that the pattern ends with, if it does, and outside of all groups.
        var openEnd: OpenEnd?
    }

    /// What lets a text go on as it likes, up to a line break.
    struct OpenEnd: Hashable, Sendable {
        /// The offset of its `.`.
        var dot: Int
        /// Whether it is a `.+`.
        var wantsOne: Bool
    }

    /// What a quantifier that came now would apply to.
    enum Operand {
        /// Nothing: the start of the pattern, of a group, or of an alternative.
        case nothing
        /// `^`, `$`, `\b`, `\A`: Python repeats none of them.
        case assertion
        case atom
        case repeated
    }

    /// RE2's bound for the counts of a repetition.
    static let largestCount = 1000

    let bytes: [UInt8]
    var index = 0
    var findings = Findings()
    var operand = Operand.nothing
    private var openGroups: [Int] = []
    /// The last `.` that stands for any character, and what comes after its quantifier.
    private var lastOpenEnd: (OpenEnd, end: Int)?
    var groupNames: Set<String> = []

    static func scan(_ source: String) throws(PatternError) -> Findings {
        var scanner = PatternScanner(bytes: Array(source.utf8))
        try scanner.scanCharacters()
        try scanner.scanFlagsOfWhole()
        try scanner.scanAlternatives()
        if let (openEnd, end) = scanner.lastOpenEnd, end == scanner.bytes.count { scanner.findings.openEnd = openEnd }
        return scanner.findings
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The byte `distance` after the present one.
    func peek(_ distance: Int = 0) -> UInt8? {
        index + distance < bytes.count ? bytes[index + distance] : nil
    }

    /// Whether the text at the present place begins with `text`.
    func sees(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes.dropFirst(index).starts(with: $0) }
    }

    /// The pattern's text from `start` to the present place.
    func text(from start: Int) -> String {
        String(decoding: bytes[start..<index], as: UTF8.self)
    }

    /// Line breaks never reach a pattern, so one that asks for them is a slip (YAML's `|` keeps the one at the end), and a
    /// rule that denies would never do it.
    private func scanCharacters() throws(PatternError) {
        for (offset, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                throw PatternError(
                    message: "the pattern has a line break, which no line can match",
                    offset: offset,
                    hint: "write the pattern in quotes on one line, or use `|-` in place of `|`"
                )
            case 0x00...0x08, 0x0B...0x1F, 0x7F:
                throw PatternError(
                    message: "the pattern has a control character, 0x\(hexadecimal(byte))",
                    offset: offset,
                    hint: #"write it as \x\#(hexadecimal(byte))"#
                )
            case 0x80...0xFF:
                throw PatternError(
                    message: "the pattern has a character beyond ASCII, which no line of a client can match",
                    offset: offset,
                    hint: "use `.` where any character may stand"
                )
            default:
                break
            }
        }
    }

    private mutating func scanAlternatives() throws(PatternError) {
        var lastDot: Int?
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "("):
                openGroups.append(index)
                try scanGroupStart()
                operand = .nothing
            case UInt8(ascii: ")"):
                guard openGroups.popLast() != nil else {
                    throw PatternError(
                        message: "`)` closes no group",
                        offset: index,
                        hint: #"write `\)` for the character itself"#
                    )
                }
                index += 1
                operand = .atom
            case UInt8(ascii: "|"):
                findings.hasAlternatives = findings.hasAlternatives || openGroups.isEmpty
                index += 1
                operand = .nothing
            case UInt8(ascii: "["):
                try scanClass()
                operand = .atom
            case UInt8(ascii: "\\"):
                try scanEscapeOutsideClass()
            case UInt8(ascii: "^"), UInt8(ascii: "$"):
                index += 1
                operand = .assertion
            case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
                let start = index
                let isAnything = lastDot == start - 1 && byte != UInt8(ascii: "?")
                index += 1
                try quantify(from: start)
                if isAnything { lastOpenEnd = (OpenEnd(dot: start - 1, wantsOne: byte == UInt8(ascii: "+")), index) }
            case UInt8(ascii: "."):
                lastDot = index
                index += 1
                operand = .atom
            case UInt8(ascii: "{"):
                try scanBrace()
            default:
                findings.hasLiteralBlank = findings.hasLiteralBlank || byte == UInt8(ascii: " ")
                index += 1
                operand = .atom
            }
        }
        if let start = openGroups.last {
            throw PatternError(message: "this group is never closed: `)` is missing", offset: start)
        }
    }

    private mutating func scanEscapeOutsideClass() throws(PatternError) {
        switch try scanEscape(inClass: false) {
        case .character(let byte):
            findings.hasLiteralBlank = findings.hasLiteralBlank || byte == UInt8(ascii: " ")
            operand = .atom
        case .set:
            operand = .atom
        case .assertion:
            operand = .assertion
        }
    }
}

/// Two hexadecimal digits.
func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 0x10 ? "0" + digits : digits
}
