// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How many records may be written for somebody: a bucket of tokens that fills again with time.
struct RecordBudget: Sendable {
    private var tokens: Double
    private var filled: Duration
    private let capacity: Double
    private let perSecond: Double

    init(_ size: (capacity: Int, perSecond: Int), at now: Duration) {
        capacity = Double(size.capacity)
        perSecond = Double(size.perSecond)
        tokens = capacity
        filled = now
    }

    /// Takes a token, if more than so many are left.
    mutating func take(at now: Duration, leaving rest: Int = 0) -> Bool {
        fill(at: now)
        guard tokens >= Double(rest + 1) else { return false }
        tokens -= 1
        return true
    }

    /// How long it takes until so many tokens are there.
    mutating func time(to count: Int, at now: Duration) -> Duration {
        fill(at: now)
        return tokens >= Double(count) ? .zero : .seconds((Double(count) - tokens) / perSecond)
    }

    /// Whether so many tokens were not there when it was last asked for one.
    func hasLess(than count: Int) -> Bool { tokens < Double(count) }

    /// Whether nothing is remembered of it that a new one would not have.
    mutating func isFull(at now: Duration) -> Bool {
        fill(at: now)
        return tokens >= capacity
    }

    private mutating func fill(at now: Duration) {
        guard now > filled else { return }
        tokens = min(tokens + (now - filled) / .seconds(1) * perSecond, capacity)
        filled = now
    }
}
