// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// 32 random bytes from the system's generator: for one connection to tor, one session's challenge, or a listener's cookie.
enum Nonce {
    static func make() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        // One call, where Swift's own generator makes one for each number.
        precondition(getentropy(&bytes, bytes.count) == 0, "the kernel gives no random bytes")
        return bytes
    }
}
