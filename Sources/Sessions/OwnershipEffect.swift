// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

/// What a command changes in what is the session's own, once tor has carried it out.
package enum OwnershipEffect: Sendable {
    case publish(isDetached: Bool)
    case unpublish(ServiceID)
    case fetch(DescriptorLedger.Fetch)
    case extendCircuit
    case addCredential(ClientAuthorization)
    case removeCredential(ServiceID)
}
