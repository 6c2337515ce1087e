// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Questions about all the texts that a pattern matches. They take time, and are for who looks through profiles; nothing that
/// decides asks them.
extension Pattern {
    /// What lines a pattern is for.
    package enum Alphabet: Sendable {
        /// Arguments of commands: printable ASCII.
        case arguments
        /// Lines of tor: any bytes but line breaks.
        case lines

        fileprivate var bytes: ByteSet {
            switch self {
            case .arguments: .printable
            case .lines: .line
            }
        }
    }

    /// A pattern that matches this text alone.
    package static func quoting(_ text: String) -> String {
        text.map { #"\.+*?()|[]{}^$"#.contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// At most `limit` different texts of printable ASCII that the pattern matches.
    ///
    /// - Parameter words: what to try where a wildcard stands, best first, by the text before it; what does not fit is left out.
    package func samples(limit: Int, words: @escaping (_ before: String) -> [String] = { _ in [] }) -> [String] {
        guard let syntax = PatternParser.parse(source) else { return [] }
        var sampler = PatternSampler(syntax, words: words)
        return sampler.samples(limit: limit) { matches($0) }
    }

    /// Whether it is certain that no text is matched by both.
    package func isDisjoint(from other: Pattern, in alphabet: Alphabet) -> Bool {
        guard let mine = automaton, let others = other.automaton else { return false }
        return mine.overlaps(others, over: alphabet.bytes) == false
    }

    /// Whether it is certain that every text which this pattern matches is matched by the other one.
    package func isCovered(by other: Pattern, in alphabet: Alphabet) -> Bool {
        guard let mine = automaton, let others = other.automaton else { return false }
        return mine.isContained(in: others, over: alphabet.bytes) ?? false
    }

    /// Whether it is certain that every text which this pattern matches is matched by one of others, not always the same.
    package func isCovered(byAnyOf others: [Pattern], in alphabet: Alphabet) -> Bool {
        let choices = others.compactMap { PatternParser.parse($0.source) }
        guard choices.count == others.count, let mine = automaton, let union = PatternAutomaton(.choice(choices)) else {
            return false
        }
        return mine.isContained(in: union, over: alphabet.bytes) ?? false
    }

    /// What every text that matches begins with: empty where that is nothing certain.
    package var literalPrefix: [UInt8] { PatternParser.parse(source)?.literalPrefix.bytes ?? [] }

    /// What every text that matches holds somewhere: empty where that is nothing certain.
    package var longestLiteral: [UInt8] { PatternParser.parse(source)?.longestLiteral ?? [] }

    /// Whether a text that matches may hold a blank, be it by a wildcard.
    package var mayHoldBlank: Bool { PatternParser.parse(source)?.mayHold(0x20) ?? true }

    private var automaton: PatternAutomaton? { PatternParser.parse(source).flatMap { PatternAutomaton($0) } }
}
