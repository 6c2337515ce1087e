// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Makes texts that a pattern matches: short ones first, and ones that look like what is really sent where a wildcard stands.
///
/// Each text comes of a list of decisions, one for each place where the pattern leaves a choice. The first text takes the first
/// choice everywhere, the next ones decide otherwise at one place, then at two, so that every alternative is seen early.
struct PatternSampler {
    /// What to put in place of a wildcard, best first, by the text before it.
    typealias Words = (_ before: String) -> [String]

    /// Texts longer than this are not made; no command that matters is.
    private static let longest = 1 << 12
    /// Texts that are looked at for each one that is asked for: some do not match after all (`\b`, `^`), some come twice.
    private static let attempts = 4

    private let syntax: PatternSyntax
    private let words: Words
    /// What `words` has said, by the text before it: every text is begun anew.
    private var known: [String: [[UInt8]]] = [:]

    init(_ syntax: PatternSyntax, words: @escaping Words) {
        self.syntax = syntax
        self.words = words
    }

    /// At most `limit` different texts of printable ASCII that `matches` confirms.
    mutating func samples(limit: Int, where matches: (String) -> Bool) -> [String] {
        var found: [String] = []
        var seen: Set<String> = []
        var queue: [[Int]] = [[]]
        var next = 0
        while next < queue.count, next < limit * Self.attempts, found.count < limit {
            let decisions = queue[next]
            next += 1
            var draft = Draft(decisions: decisions)
            write(syntax, into: &draft)
            for place in decisions.count..<max(decisions.count, draft.choices.count) {
                guard queue.count < limit * Self.attempts else { break }
                let before = decisions + Array(repeating: 0, count: place - decisions.count)
                for choice in 1..<max(1, draft.choices[place]) { queue.append(before + [choice]) }
            }
            guard !draft.isHopeless, seen.insert(draft.string).inserted, matches(draft.string) else { continue }
            found.append(draft.string)
        }
        return found
    }

    /// A text in the making.
    private struct Draft {
        let decisions: [Int]
        var bytes: [UInt8] = []
        /// How many ways there were at each place so far.
        var choices: [Int] = []
        var isHopeless = false

        var string: String { String(decoding: bytes, as: UTF8.self) }

        init(decisions: [Int]) { self.decisions = decisions }

        mutating func decide(among count: Int) -> Int {
            guard count > 1 else { return 0 }
            choices.append(count)
            let decision = choices.count <= decisions.count ? decisions[choices.count - 1] : 0
            return min(decision, count - 1)
        }

        mutating func append(_ more: some Collection<UInt8>) {
            guard bytes.count + more.count <= PatternSampler.longest else {
                isHopeless = true
                return
            }
            bytes += more
        }
    }

    private mutating func write(_ syntax: PatternSyntax, into draft: inout Draft) {
        guard !draft.isHopeless else { return }
        switch syntax {
        case .start, .end, .wordBoundary:
            break
        case .sequence(let parts):
            for part in parts { write(part, into: &draft) }
        case .choice(let parts):
            write(parts[draft.decide(among: parts.count)], into: &draft)
        case .set(let set):
            // A dot that nobody has escaped is meant for a dot.
            let bytes = (set == .dot ? [UInt8(ascii: ".")] : []) + Self.examples(of: set)
            guard !bytes.isEmpty else {
                draft.isHopeless = true
                return
            }
            draft.append([bytes[draft.decide(among: bytes.count)]])
        case .repetition(.set(let set), let least, let most):
            writeRun(of: set, least: least, most: most, into: &draft)
        case .repetition(let body, let least, let most):
            let mayBeMore = most.map { $0 > least } ?? true
            let count = least + draft.decide(among: mayBeMore ? 2 : 1)
            for _ in 0..<count where !draft.isHopeless { write(body, into: &draft) }
        }
    }

    private mutating func writeRun(of set: ByteSet, least: Int, most: Int?, into draft: inout Draft) {
        let members = set.intersection(.printable)
        func fits(_ word: [UInt8]) -> Bool {
            word.count >= least && word.count <= most ?? Int.max && word.allSatisfy(members.contains)
        }
        var runs: [[UInt8]] = []
        // Of a single character no word is made: `=*` is no wildcard.
        if members.subtracting(ByteSet(members.first.map { [$0] } ?? [])).isEmpty == false {
            runs = words(before: draft.string).filter(fits)
        }
        for byte in Self.examples(of: set).prefix(1) {
            runs.append(Array(repeating: byte, count: least))
            if most.map({ $0 > least }) ?? true { runs.append(Array(repeating: byte, count: least + 1)) }
        }
        if runs.isEmpty, least == 0 { runs = [[]] }
        guard !runs.isEmpty else {
            draft.isHopeless = true
            return
        }
        draft.append(runs[draft.decide(among: runs.count)])
    }

    private mutating func words(before: String) -> [[UInt8]] {
        if let known = known[before] { return known }
        let words = words(before).map { Array($0.utf8) }
        known[before] = words
        return words
    }

    /// A letter of each case, a digit, something else and a blank, as far as there are any.
    private static func examples(of set: ByteSet) -> [UInt8] { kinds.compactMap { set.intersection($0).first } }

    private static let kinds: [ByteSet] = [
        ByteSet(UInt8(ascii: "a")...UInt8(ascii: "z")), ByteSet(UInt8(ascii: "A")...UInt8(ascii: "Z")), .digits,
        ByteSet.printable.subtracting(.wordCharacters).union(ByteSet([UInt8(ascii: "_")])).subtracting(.blanks),
        ByteSet([0x20]),
    ]
}
