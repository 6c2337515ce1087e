// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What one look-up may cost at most. Beyond a bound the fact in question is unknown.
package struct LookupLimits: Hashable, Sendable {
    /// Processes read through in search of one socket. Linux's usual `pid_max` is 32,768 on small machines and
    /// 4,194,304 on large ones, which have not nearly as many processes.
    package var processes = 65_536
    /// Open files of all those processes together: about half a second's work.
    package var openFiles = 524_288
    /// Processes that hold one socket, each of which is examined: a server that has forked its workers.
    package var holders = 64
    /// Time that the kernel has to answer one question about a socket. It answers while we ask; this is a safety net.
    package var answerTime: Duration = .seconds(1)

    package init() {}
}
