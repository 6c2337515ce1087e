// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension PatternScanner {
    /// The beginning of a group, up to where its contents start.
    mutating func scanGroupStart() throws(PatternError) {
        if sees("(?P<") {
            try scanGroupName()
        } else if sees("(?") {
            if let refusal = refusalOfGroup() { throw refusal }
            try scanFlagsOfGroup()
        } else {
            findings.groupCount += 1
            index += 1
        }
    }

    /// `(?i)`, `(?m)`, `(?s)` for the whole pattern, which may stand at its very beginning only.
    mutating func scanFlagsOfWhole() throws(PatternError) {
        while sees("(?") {
            let flags = bytes.dropFirst(index + 2).prefix(while: Self.isSharedFlag)
            let end = index + 2 + flags.count
            guard !flags.isEmpty, end < bytes.count, bytes[end] == UInt8(ascii: ")") else { return }
            index = end + 1
        }
    }

    private static func isSharedFlag(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "i") || byte == UInt8(ascii: "m") || byte == UInt8(ascii: "s")
    }

    /// `(?:`, `(?i:`, `(?i-s:`. What may be switched on, Python does not let the same group switch off.
    private mutating func scanFlagsOfGroup() throws(PatternError) {
        let start = index
        index += 2
        let on = takeFlags()
        var off: ArraySlice<UInt8> = []
        let hasMinus = peek() == UInt8(ascii: "-")
        if hasMinus {
            index += 1
            off = takeFlags()
        }
        guard let end = peek() else {
            throw PatternError(message: "this group is never closed: `)` is missing", offset: start)
        }
        index += 1
        if end == UInt8(ascii: ")"), !(on.isEmpty && off.isEmpty) {
            throw PatternError(
                message: "`\(text(from: start))` may stand at the beginning of a pattern only, and only switch on",
                offset: start,
                hint: "write `(?\(String(decoding: on, as: UTF8.self)):...)` around what it is for"
            )
        }
        guard end == UInt8(ascii: ":") else {
            throw PatternError(
                message: "`\(text(from: start))` is nothing that both RE2 and Python know",
                offset: start,
                hint: "`(?i:`, `(?m:` and `(?s:` are the flags that both know"
            )
        }
        guard !hasMinus || !off.isEmpty else {
            throw PatternError(message: "`\(text(from: start))` switches off nothing", offset: start)
        }
        guard Set(on).isDisjoint(with: off) else {
            throw PatternError(message: "`\(text(from: start))` switches a flag both on and off", offset: start)
        }
    }

    private mutating func takeFlags() -> ArraySlice<UInt8> {
        let flags = bytes.dropFirst(index).prefix(while: Self.isSharedFlag)
        index += flags.count
        return flags
    }

    /// `(?P<name>`. RE2 lets a name begin with a digit, Python does not.
    private mutating func scanGroupName() throws(PatternError) {
        let start = index
        index += 4
        let name = bytes.dropFirst(index).prefix { byte in
            byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        }
        index += name.count
        guard let first = name.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            peek() == UInt8(ascii: ">")
        else {
            throw PatternError(
                message: "`(?P<` wants a name and `>`",
                offset: start,
                hint: "a name is letters, digits and `_`, and begins with no digit"
            )
        }
        index += 1
        findings.groupCount += 1
        guard groupNames.insert(String(decoding: name, as: UTF8.self)).inserted else {
            throw PatternError(
                message: "there is already a group named `\(String(decoding: name, as: UTF8.self))`",
                offset: start
            )
        }
    }

    private func refusalOfGroup() -> PatternError? {
        let lookAround = "RE2 has no look-around: say what may stand there, and use `deny` for what must not"
        return if sees("(?=") {
            PatternError(message: "`(?=` is look-ahead, which RE2 does not know", offset: index, hint: lookAround)
        } else if sees("(?!") {
            PatternError(message: "`(?!` is look-ahead, which RE2 does not know", offset: index, hint: lookAround)
        } else if sees("(?<=") {
            PatternError(message: "`(?<=` is look-behind, which RE2 does not know", offset: index, hint: lookAround)
        } else if sees("(?<!") {
            PatternError(message: "`(?<!` is look-behind, which RE2 does not know", offset: index, hint: lookAround)
        } else if sees("(?<") || sees("(?'") {
            PatternError(
                message: "a group's name is written in another way by Python",
                offset: index,
                hint: "write `(?P<name>...)`"
            )
        } else if sees("(?P=") || sees("(?P>") {
            PatternError(
                message: "back-references take more than linear time, and RE2 does not know them",
                offset: index,
                hint: "write out what may stand there"
            )
        } else if sees("(?>") {
            PatternError(
                message: "`(?>` is an atomic group, which RE2 does not know",
                offset: index,
                hint: "write `(?:`: matching is linear without it"
            )
        } else if sees("(?(") {
            PatternError(
                message: "`(?(` is a condition, which RE2 does not know",
                offset: index,
                hint: "write the two cases as alternatives, `a|b`"
            )
        } else if sees("(?#") {
            PatternError(
                message: "`(?#` is a comment, which RE2 does not know",
                offset: index,
                hint: "write the comment as a YAML comment beside the pattern"
            )
        } else {
            nil
        }
    }
}
