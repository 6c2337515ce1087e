// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore

/// Those who wait for an answer, so many at a time; further ones wait in the kernel's queue. Lives on one event loop.
final class StatusDesk {
    /// Each holds a descriptor of those that are kept for what is no session.
    static let mostAtOnce = 8

    var listener: (any Channel)?
    private var count = 0

    func came() {
        count += 1
        if count >= Self.mostAtOnce { setAccepting(false) }
    }

    func left() {
        count -= 1
        if count == Self.mostAtOnce - 1 { setAccepting(true) }
    }

    private func setAccepting(_ isAccepting: Bool) {
        // It fails only for a channel that is closed.
        try? listener?.syncOptions?.setOption(.autoRead, value: isAccepting)
    }
}
