// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The sets of states in which a machine may be behind a text, each made once and known by a number.
struct PatternSubsets {
    /// The set before the first byte.
    static let start = 0
    /// The empty set, from which nothing is taken any more.
    static let nothing = 1

    private let automaton: PatternAutomaton
    private let letters: [UInt8]
    private var members: [[Int]] = []
    private var known: [[Int]: Int] = [:]
    private var acceptance: [Bool] = []
    /// The set behind each letter, set by set; nil where nobody has asked.
    private var followers: [Int?] = []
    /// In which round each state was last seen.
    private var seen: [Int]
    private var round = 0
    /// States gone through so far.
    private(set) var effort = 0
    let acceptsEmpty: Bool

    init(_ automaton: PatternAutomaton, letters: [UInt8]) {
        self.automaton = automaton
        self.letters = letters
        seen = Array(repeating: 0, count: automaton.states.count)
        acceptsEmpty = Self.accepts([automaton.first], in: automaton, atStart: true)
        // The beginning is kept apart: there alone `^` is passed.
        add(closure([automaton.first], atStart: true))
        known = [:]
        known[[]] = add([])
    }

    func accepts(_ set: Int) -> Bool { acceptance[set] }

    mutating func step(_ set: Int, _ letter: Int) -> Int {
        let place = set * letters.count + letter
        if let known = followers[place] { return known }
        let byte = letters[letter]
        var entered: [Int] = []
        for state in members[set] {
            if case .byte(let bytes, let next) = automaton.states[state], bytes.contains(byte) { entered.append(next) }
        }
        let following = closure(entered, atStart: false)
        let number = known[following] ?? add(following)
        known[following] = number
        followers[place] = number
        return number
    }

    @discardableResult
    private mutating func add(_ set: [Int]) -> Int {
        members.append(set)
        acceptance.append(Self.accepts(set, in: automaton, atStart: false))
        followers += Array(repeating: nil, count: letters.count)
        return members.count - 1
    }

    /// The states that take a byte or end the text, in order.
    private mutating func closure(_ from: [Int], atStart: Bool) -> [Int] {
        round += 1
        var found: [Int] = []
        var pending = from
        while let state = pending.popLast() {
            guard seen[state] != round else { continue }
            seen[state] = round
            effort += 1
            switch automaton.states[state] {
            case .split(let entries): pending += entries
            case .start(let next): if atStart { pending.append(next) }
            case .byte, .end, .accept: found.append(state)
            }
        }
        return found.sorted()
    }

    /// Whether the text may end here.
    private static func accepts(_ set: [Int], in automaton: PatternAutomaton, atStart: Bool) -> Bool {
        var seen: Set<Int> = []
        var pending = set
        while let state = pending.popLast() {
            guard seen.insert(state).inserted else { continue }
            switch automaton.states[state] {
            case .accept: return true
            case .end(let next): pending.append(next)
            // Behind a `$`, or before anything.
            case .split(let entries): pending += entries
            case .start(let next): if atStart { pending.append(next) }
            case .byte: continue
            }
        }
        return false
    }
}
