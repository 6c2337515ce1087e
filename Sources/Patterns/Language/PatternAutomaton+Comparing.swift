// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension PatternAutomaton {
    private static let pairLimit = 4000
    /// Steps over states, of both together: what is not found out within them is not claimed.
    private static let effort = 4_000_000

    /// Whether every text over an alphabet that this one takes is taken by the other one; nil if that was not found out within
    /// bounds.
    func isContained(in other: PatternAutomaton, over alphabet: ByteSet) -> Bool? {
        let exception = finds(beside: other, over: alphabet, needsBoth: false) { mine, others in mine && !others }
        return exception.map { !$0 }
    }

    /// Whether some text over an alphabet is taken by both; nil if that was not found out within bounds.
    func overlaps(_ other: PatternAutomaton, over alphabet: ByteSet) -> Bool? {
        finds(beside: other, over: alphabet, needsBoth: true) { mine, others in mine && others }
    }

    var sets: Set<ByteSet> {
        states.reduce(into: []) { if case .byte(let set, _) = $1 { $0.insert(set) } }
    }

    private struct Pair: Hashable {
        let mine: Int
        let others: Int
    }

    /// Whether there is a text of which this one and the other one say what is looked for; only texts are gone through that this
    /// one may still take, and where both are needed the other one, too.
    private func finds(
        beside other: PatternAutomaton,
        over alphabet: ByteSet,
        needsBoth: Bool,
        where isFound: (_ mine: Bool, _ others: Bool) -> Bool
    ) -> Bool? {
        let letters = Self.representatives(of: sets.union(other.sets), among: alphabet)
        var mine = PatternSubsets(self, letters: letters)
        var others = PatternSubsets(other, letters: letters)
        if isFound(mine.acceptsEmpty, others.acceptsEmpty) { return true }
        var pending = [Pair(mine: PatternSubsets.start, others: PatternSubsets.start)]
        var seen: Set<Pair> = []
        while let pair = pending.popLast() {
            for letter in letters.indices {
                let following = mine.step(pair.mine, letter)
                guard following != PatternSubsets.nothing else { continue }
                let beside = others.step(pair.others, letter)
                if needsBoth, beside == PatternSubsets.nothing { continue }
                let next = Pair(mine: following, others: beside)
                guard seen.insert(next).inserted else { continue }
                if isFound(mine.accepts(following), others.accepts(beside)) { return true }
                guard seen.count <= Self.pairLimit, mine.effort + others.effort <= Self.effort else { return nil }
                pending.append(next)
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
