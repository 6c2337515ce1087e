// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Testing

@Suite struct CommandBucketTests {
    @Test(
        "After a second's worth at once, each waits its turn",
        arguments: [1, 2, 3, 7, 10, 1000, 1_000_000]
    )
    func burst(rate: Int) {
        var bucket = CommandBucket(at: .seconds(100))
        let turn = Duration.seconds(1) / rate
        for _ in 0..<min(rate, 5000) { expectNow(bucket.take(rate: rate, at: .seconds(100)) == .zero) }
        guard rate <= 5000 else { return }
        for number in 1...20 {
            let wait = bucket.take(rate: rate, at: .seconds(100))
            #expect(wait > turn * number - .nanoseconds(rate) && wait <= turn * number)
        }
    }

    @Test func `fifty commands at ten a second take four seconds`() {
        var bucket = CommandBucket(at: .zero)
        let waits = (1...50).map { _ in bucket.take(rate: 10, at: .zero) }
        #expect(waits.count { $0 == .zero } == 10)
        #expect(waits.last == .seconds(4))
        #expect(waits == waits.sorted())
    }

    @Test func `a second of silence fills it, and no more than that`() {
        for silence in [1, 2, 1000] {
            var bucket = CommandBucket(at: .zero)
            for _ in 0..<10 { _ = bucket.take(rate: 10, at: .zero) }
            #expect(!bucket.isFull(at: .milliseconds(999)))
            let later = Duration.seconds(silence)
            #expect(bucket.isFull(at: later))
            for _ in 0..<10 { expectNow(bucket.take(rate: 10, at: later) == .zero) }
            expectNow(bucket.take(rate: 10, at: later) > .zero)
        }
    }

    @Test func `what is not used goes back, and is not more than was taken`() {
        var bucket = CommandBucket(at: .zero)
        for _ in 0..<10 { _ = bucket.take(rate: 10, at: .zero) }
        for _ in 0..<1000 {
            expectNow(bucket.take(rate: 10, at: .zero) == .milliseconds(100))
            bucket.giveBack(rate: 10)
        }
        expectNow(bucket.take(rate: 10, at: .zero) == .milliseconds(100))
    }

    @Test func `however it is asked, no more leave in any time than the burst and the rate`() {
        for rate in [1, 3, 10] {
            var bucket = CommandBucket(at: .zero)
            var now = Duration.zero
            var generator = SystemRandomNumberGenerator()
            var leaves: [Duration] = []
            for _ in 0..<500 {
                now += .milliseconds(Int.random(in: 0...400, using: &generator))
                leaves.append(now + bucket.take(rate: rate, at: now))
            }
            for (index, first) in leaves.enumerated() {
                for last in index..<leaves.count {
                    let seconds = leaves[last] - first
                    let allowed = Double(rate) * (1 + seconds / .seconds(1))
                    #expect(Double(last - index + 1) <= allowed + 0.001)
                }
            }
        }
    }
}
