// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a pattern says, as a tree: for questions about all the texts that it matches, which RE2 does not answer.
indirect enum PatternSyntax: Hashable, Sendable {
    case set(ByteSet)
    case sequence([PatternSyntax])
    case choice([PatternSyntax])
    /// `most` is nil for any number.
    case repetition(PatternSyntax, least: Int, most: Int?)
    /// `^`, `\A`
    case start
    /// `$`
    case end
    /// `\b`
    case wordBoundary

    static let empty = PatternSyntax.sequence([])
}

extension PatternSyntax {
    /// What every text that matches begins with, and whether that is all of it.
    var literalPrefix: (bytes: [UInt8], isWhole: Bool) {
        switch self {
        case .start, .end, .wordBoundary:
            return ([], true)
        case .set(let set):
            return set.only.map { ([$0], true) } ?? ([], false)
        case .sequence(let parts):
            var bytes: [UInt8] = []
            for part in parts {
                let prefix = part.literalPrefix
                bytes += prefix.bytes
                guard prefix.isWhole else { return (bytes, false) }
            }
            return (bytes, true)
        case .choice(let parts):
            let prefixes = parts.map(\.literalPrefix.bytes)
            guard var common = prefixes.first else { return ([], false) }
            for prefix in prefixes.dropFirst() {
                common = zip(common, prefix).prefix { $0 == $1 }.map(\.0)
            }
            return (common, false)
        case .repetition(let body, let least, _):
            return (least > 0 ? body.literalPrefix.bytes : [], false)
        }
    }

    /// The longest text that every match holds somewhere: empty where that is nothing certain.
    var longestLiteral: [UInt8] {
        guard case .sequence(let parts) = self else { return literalPrefix.bytes }
        var longest: [UInt8] = []
        var run: [UInt8] = []
        for part in parts {
            let prefix = part.literalPrefix
            run += prefix.bytes
            if run.count > longest.count { longest = run }
            if !prefix.isWhole {
                run = []
                let inside = part.longestLiteral
                if inside.count > longest.count { longest = inside }
            }
        }
        return longest
    }

    /// Whether a text that matches may hold the byte.
    func mayHold(_ byte: UInt8) -> Bool {
        switch self {
        case .start, .end, .wordBoundary: false
        case .set(let set): set.contains(byte)
        case .sequence(let parts), .choice(let parts): parts.contains { $0.mayHold(byte) }
        case .repetition(let body, _, let most): most != 0 && body.mayHold(byte)
        }
    }
}
