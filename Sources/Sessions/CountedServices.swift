// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Onion services of a session, as far as limits count them.
package struct CountedServices: Hashable, Sendable {
    package var services: Set<ServiceID> = []
    /// ADD_ONION commands at tor without a reply.
    package var inFlight = 0
    /// Those of them whose services will outlive the session.
    package var detachedInFlight = 0

    package init() {}
}
