// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import NIOCore

/// Who decides something in a turn.
package protocol TurnMember: AnyObject {
    /// Sets apart what was decided up to now: what it is about is being recorded.
    func takeUp()

    /// Carries out what was taken up, as far as its records are written (``AuditTrail/lapses``).
    func carryOut()
}

/// One turn of the event loop: all that is ready to be read is read, and what comes of it is decided; then the records of all of that
/// are written at once; then it takes effect.
///
/// The loop runs what it was given to execute when it has gone through every channel that was ready, without another look at the
/// kernel. Carrying out may lead to further decisions: they are recorded and carried out in a further round of the same turn.
package final class Turn {
    private let trail: AuditTrail
    private let loop: any EventLoop
    /// Those that have decided something that is not carried out.
    private var waiting: [any TurnMember] = []
    private var current: [any TurnMember] = []
    /// Bytes that wait for them.
    private var bytes = 0
    private var isScheduled = false
    private var isEnding = false

    /// With more bytes decided upon a turn ends before everything was read, so that memory does not grow with the number of
    /// sessions that have something to say at once.
    package static let mostBytes = 1 << 20

    package init(_ trail: AuditTrail, on loop: any EventLoop) {
        self.trail = trail
        self.loop = loop
    }

    /// Has the session carry out at the turn's end what it has decided; once for each round.
    package func add(_ member: any TurnMember) {
        waiting.append(member)
        guard !isScheduled, !isEnding else { return }
        isScheduled = true
        loop.assumeIsolated().execute {
            self.isScheduled = false
            self.end()
        }
    }

    /// Says how many bytes were decided upon.
    package func count(_ bytes: Int) { self.bytes += bytes }

    /// To be called between reads, with no decision half made.
    package func endIfLarge() { if bytes >= Self.mostBytes { end() } }

    /// Writes what was recorded, and has those carry out what they decided whose records were written.
    package func end() {
        guard !isEnding else { return }
        isEnding = true
        while !waiting.isEmpty {
            bytes = 0
            swap(&waiting, &current)
            // What is decided from here on is not covered by what is written now.
            for member in current { member.takeUp() }
            trail.flush()
            for member in current { member.carryOut() }
            current.removeAll(keepingCapacity: current.count <= Self.mostKept)
        }
        trail.flush()
        isEnding = false
    }

    /// Places that are kept for the sessions of the next turn.
    private static let mostKept = 1024
}
