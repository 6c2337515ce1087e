// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What a session tells of what will outlive it.
package enum OwnershipChange: Sendable {
    /// Tor has made a service for this session: it is nobody else's, whoever had it before.
    case published(ServiceID, isDetached: Bool)
    case deleted(ServiceID)
    /// A credential is on its way to tor: nobody else may have the address before it is known what becomes of it.
    case adding(ServiceID)
    case added(ClientAuthorization)
    case notAdded(ServiceID)
    case removed(ServiceID)
}
