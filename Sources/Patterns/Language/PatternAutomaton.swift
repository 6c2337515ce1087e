// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A pattern as a machine of states, for the question whether one pattern takes in all that another one does.
struct PatternAutomaton {
    private enum State {
        case split([Int])
        case byte(ByteSet, next: Int)
        /// Passed only at the beginning of the text.
        case start(next: Int)
        /// Passed only at its end.
        case end(next: Int)
        case accept
    }

    /// Counts are written out, so that a short pattern may make many states.
    private static let stateLimit = 4000

    private var states: [State] = []
    private let first: Int

    /// Nil where the pattern is too large, or asks for the boundary of a word.
    init?(_ syntax: PatternSyntax) {
        states = [.accept]
        var building = self.states
        guard let first = Self.build(syntax, before: 0, &building) else { return nil }
        self.first = first
        states = building
    }

    /// Adds the states for a piece that goes on to `next`; returns where it begins.
    private static func build(_ syntax: PatternSyntax, before next: Int, _ states: inout [State]) -> Int? {
        guard states.count < stateLimit else { return nil }
        func add(_ state: State) -> Int {
            states.append(state)
            return states.count - 1
        }
        switch syntax {
        case .wordBoundary: return nil
        case .start: return add(.start(next: next))
        case .end: return add(.end(next: next))
        case .set(let set): return add(.byte(set, next: next))
        case .sequence(let parts):
            var entry = next
            for part in parts.reversed() {
                guard let built = build(part, before: entry, &states) else { return nil }
                entry = built
            }
            return entry
        case .choice(let parts):
            var entries: [Int] = []
            for part in parts {
                guard let entry = build(part, before: next, &states) else { return nil }
                entries.append(entry)
            }
            return add(.split(entries))
        case .repetition(let body, let least, let most):
            var entry = next
            if let most {
                for _ in least..<max(least, most) {
                    guard let built = build(body, before: entry, &states) else { return nil }
                    entry = add(.split([built, next]))
                }
            } else {
                let loop = add(.split([]))
                guard let built = build(body, before: loop, &states) else { return nil }
                states[loop] = .split([built, next])
                entry = loop
            }
            for _ in 0..<least {
                guard let built = build(body, before: entry, &states) else { return nil }
                entry = built
            }
            return entry
        }
    }

    // MARK: Running

    private func closure(_ from: [Int], atStart: Bool, atEnd: Bool) -> [Int] {
        var seen: Set<Int> = []
        var pending = from
        while let state = pending.popLast() {
            guard seen.insert(state).inserted else { continue }
            switch states[state] {
            case .split(let entries): pending += entries
            case .start(let next) where atStart: pending.append(next)
            case .end(let next) where atEnd: pending.append(next)
            case .start, .end, .byte, .accept: break
            }
        }
        return seen.sorted()
    }

    private func accepts(_ set: [Int], atStart: Bool) -> Bool {
        closure(set, atStart: atStart, atEnd: true).contains { if case .accept = states[$0] { true } else { false } }
    }

    private func step(_ set: [Int], _ byte: UInt8) -> [Int] {
        closure(
            set.compactMap { state in
                guard case .byte(let bytes, let next) = states[state], bytes.contains(byte) else { return nil }
                return next
            },
            atStart: false,
            atEnd: false
        )
    }

    private var sets: Set<ByteSet> {
        states.reduce(into: []) { if case .byte(let set, _) = $1 { $0.insert(set) } }
    }

    // MARK: Comparing

    private static let pairLimit = 2000

    private struct Pair: Hashable {
        let mine: [Int]
        let others: [Int]
    }

    /// Whether every text over an alphabet that this one takes is taken by the other one; nil if that was not found out within
    /// bounds.
    func isContained(in other: PatternAutomaton, over alphabet: ByteSet) -> Bool? {
        let exception = finds(beside: other, over: alphabet) { mine, others in mine && !others }
        return exception.map { !$0 }
    }

    /// Whether some text over an alphabet is taken by both; nil if that was not found out within bounds.
    func overlaps(_ other: PatternAutomaton, over alphabet: ByteSet) -> Bool? {
        finds(beside: other, over: alphabet) { mine, others in mine && others }
    }

    /// Whether there is a text of which this one and the other one say what is looked for; only texts are gone through that this
    /// one may still take.
    private func finds(
        beside other: PatternAutomaton,
        over alphabet: ByteSet,
        where isFound: (_ mine: Bool, _ others: Bool) -> Bool
    ) -> Bool? {
        let letters = Self.representatives(of: sets.union(other.sets), among: alphabet)
        var isStart = true
        var pending = [
            Pair(
                mine: closure([first], atStart: true, atEnd: false),
                others: other.closure([other.first], atStart: true, atEnd: false)
            )
        ]
        var seen: Set<Pair> = []
        while let pair = pending.popLast() {
            if isFound(accepts(pair.mine, atStart: isStart), other.accepts(pair.others, atStart: isStart)) {
                return true
            }
            isStart = false
            for letter in letters {
                let mine = step(pair.mine, letter)
                guard !mine.isEmpty else { continue }
                let following = Pair(mine: mine, others: other.step(pair.others, letter))
                guard seen.insert(following).inserted else { continue }
                guard seen.count <= Self.pairLimit else { return nil }
                pending.append(following)
            }
        }
        return false
    }

    /// One byte for each group of bytes that no set tells apart.
    private static func representatives(of sets: Set<ByteSet>, among alphabet: ByteSet) -> [UInt8] {
        var groups = [alphabet]
        for set in sets {
            groups = groups.flatMap { [$0.intersection(set), $0.subtracting(set)] }.filter { !$0.isEmpty }
        }
        return groups.compactMap(\.first)
    }
}
