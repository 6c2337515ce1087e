// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A pattern as a machine of states, for the question whether one pattern takes in all that another one does.
struct PatternAutomaton {
    enum State {
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

    let states: [State]
    let first: Int

    /// Nil where the pattern is too large, or asks for the boundary of a word.
    init?(_ syntax: PatternSyntax) {
        var building: [State] = [.accept]
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
}
