// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What tor has as client-auth credential for a service, asked right before a command changes it.
package struct CredentialAtTor: Sendable {
    package let service: ServiceID
    package let state: State

    package enum State: Sendable {
        case none
        case key(Secret)
        /// Somebody else has asked for the address first, and tor may not have heard of it yet.
        case claimed
        /// Tor did not say.
        case unknown
    }

    package init(service: ServiceID, state: State) {
        self.service = service
        self.state = state
    }
}
