// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CAllocations
import Glibc

/// Something that is done again and again, and what it costs each time.
struct Measurement {
    let name: String
    /// How many of what the name says are done at once.
    let units: Int
    /// How often it is done to count allocations, after as many times that are not counted.
    let repetitions: Int
    /// Whether its allocations must not rise: not where they depend on files that change for other reasons.
    let isHeld: Bool
    let body: () -> Void

    init(
        _ name: String,
        units: Int = 1,
        repetitions: Int = 500,
        isHeld: Bool = true,
        _ body: @escaping () -> Void
    ) {
        self.name = name
        self.units = units
        self.repetitions = repetitions
        self.isHeld = isHeld
        self.body = body
    }

    struct Row {
        let name: String
        let nanoseconds: Double
        let allocations: Double
        let isHeld: Bool

        var json: String {
            "{\"name\":\"\(name)\",\"nanoseconds\":\(nanoseconds),\"allocations\":\(allocations),\"held\":\(isHeld)}"
        }
    }

    /// Long enough for a clock, and for a processor to be at its speed.
    private static let batchNanoseconds: UInt64 = 20_000_000

    func run() -> Row {
        repeatBody(repetitions)
        let before = callocations_count()
        repeatBody(repetitions)
        let allocations = Double(callocations_count() - before) / Double(repetitions * units)
        // The least of several batches: what is more than that somebody else has taken.
        var count = repetitions
        while time(count) < Self.batchNanoseconds { count *= 2 }
        let least = (0..<5).map { _ in time(count) }.min() ?? 0
        return Row(
            name: name,
            nanoseconds: Double(least) / Double(count * units),
            allocations: (allocations * 100).rounded() / 100,
            isHeld: isHeld
        )
    }

    private func repeatBody(_ count: Int) { for _ in 0..<count { body() } }

    private func time(_ count: Int) -> UInt64 {
        let start = processorNanoseconds()
        repeatBody(count)
        return processorNanoseconds() - start
    }
}

/// Time that this thread has had a processor: what others do on the machine counts little.
func processorNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// What is worked out to be measured is not to be optimised away.
@inline(never)
func keep<Value>(_ value: Value) {}
