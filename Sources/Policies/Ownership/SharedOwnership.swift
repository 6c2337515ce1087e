// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What sessions of the same profiles and the same identity have made that outlives them, as long as the daemon runs.
package struct SharedOwnership: Sendable {
    /// Detached services.
    package var services: Set<ServiceID>
    /// Client-auth credentials: the private key by the service's address.
    package var credentials: [ServiceID: Secret]

    /// Whether another detached service could be remembered; without it none is made.
    package var hasRoomForService: Bool

    package init(
        services: Set<ServiceID> = [],
        credentials: [ServiceID: Secret] = [:],
        hasRoomForService: Bool = true
    ) {
        self.services = services
        self.credentials = credentials
        self.hasRoomForService = hasRoomForService
    }
}
