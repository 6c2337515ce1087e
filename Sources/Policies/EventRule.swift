// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// An event that a client may ask for.
package struct EventRule: Sendable {
    package let origin: RuleOrigin
    /// The subscription is acknowledged, and nothing is ever sent.
    package let isSuppressed: Bool
    package let response: ReplyRewriting?
    /// Only events about what is the client's own are sent.
    package let isOwn: Bool

    package init(origin: RuleOrigin, isSuppressed: Bool, response: ReplyRewriting?, isOwn: Bool = false) {
        self.origin = origin
        self.isSuppressed = isSuppressed
        self.response = response
        self.isOwn = isOwn
    }
}
