// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Sessions

/// The cookie of one listener, fresh at each start.
struct OfferedCookie: Sendable {
    let secret = Secret(Nonce.make())
    let path: String

    /// With a nonce for one session.
    func forSession() -> ListenerCookie { ListenerCookie(secret: secret, path: path, nonce: Nonce.make()) }
}
