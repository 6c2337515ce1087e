// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// One connection of the load generator's: what it has said, and what is owed to it.
final class LoadClient {
    enum State {
        case closed
        case connecting
        /// This part of the prelude waits for its reply.
        case beginning(Int)
        case ready
    }

    /// What the reader is to be told of a line.
    enum Heard {
        case partOfReply
        case reply(status: Int)
        case event
        case nonsense
    }

    let number: Int
    var descriptor: Int32 = -1
    var state = State.closed
    var connectedAt: Nanoseconds = 0
    var output = Outbox()
    var input = LineReader()
    var isWritingWatched = false
    private var isInData = false
    /// When commands were sent whose replies are owed, the oldest at `oldest`.
    private var sentAt: [Nanoseconds]
    private var oldest = 0
    private(set) var owed = 0
    /// Events that came since more were asked for.
    var events = 0

    init(number: Int, depth: Int) {
        self.number = number
        sentAt = Array(repeating: 0, count: depth)
    }

    /// Makes it as new, for another connection.
    func reset() {
        state = .closed
        output = Outbox()
        input = LineReader()
        isInData = false
        isWritingWatched = false
        oldest = 0
        owed = 0
        events = 0
    }

    func sent(at time: Nanoseconds) {
        sentAt[(oldest + owed) % sentAt.count] = time
        owed += 1
    }

    /// When the command was sent whose reply has come; nil if none is owed.
    func answered() -> Nanoseconds? {
        guard owed > 0 else { return nil }
        let time = sentAt[oldest]
        oldest = (oldest + 1) % sentAt.count
        owed -= 1
        return time
    }

    func hear(_ line: UnsafeRawBufferPointer) -> Heard {
        if isInData {
            if line.count == 1, line[0] == UInt8(ascii: ".") { isInData = false }
            return .partOfReply
        }
        guard line.count >= 4 else { return .nonsense }
        let status = Int(line[0] &- 0x30) * 100 + Int(line[1] &- 0x30) * 10 + Int(line[2] &- 0x30)
        switch line[3] {
        case UInt8(ascii: " "): return status / 100 == 6 ? .event : .reply(status: status)
        case UInt8(ascii: "-"): return .partOfReply
        case UInt8(ascii: "+"):
            isInData = true
            return .partOfReply
        default: return .nonsense
        }
    }
}
