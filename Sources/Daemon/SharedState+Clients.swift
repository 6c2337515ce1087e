// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Logging
import NIOCore
import Policies
import Sessions

/// What sessions of one client have in common: what they have made and may make.
extension SharedState {
    func countServices(_ counted: CountedServices, of driver: SessionDriver) {
        usage.count(
            counted.services,
            inFlight: counted.inFlight,
            detachedInFlight: counted.detachedInFlight,
            of: driver.number
        )
        for companion in usage.companions(of: driver.number) { sessions[companion].map(tellServices) }
    }

    func remember(_ change: OwnershipChange, of driver: SessionDriver) {
        let users = Set(driver.policy.users(driver.identity))
        var affected = Set(usage.companions(of: driver.number))
        switch change {
        case .published(let service, let isDetached):
            // The same key may have been published before, by another client, and have been taken away past the filter.
            affected.formUnion(usage.sessions(of: registry.owners(of: service)))
            forget(service)
            for other in usage.publishers(of: service) where other != driver.number {
                sessions[other]?.serviceTaken(service)
            }
            if isDetached {
                registry.record(service, of: users)
                usage.detached(service, by: driver.number)
            }
        case .deleted(let service):
            affected.formUnion(usage.sessions(of: registry.owners(of: service)))
            forget(service)
        case .adding(let service):
            registry.claim(service, session: driver.number, of: users)
        case .added(let credential):
            affected.formUnion(usage.sessions(of: registry.owners(ofCredentialFor: credential.service)))
            registry.added(credential, session: driver.number)
        case .notAdded(let service):
            registry.notAdded(service, session: driver.number)
        case .removed(let service):
            affected.formUnion(usage.sessions(of: registry.owners(ofCredentialFor: service)))
            registry.release(service)
        }
        tell(Array(affected))
    }

    /// What tor has as client-auth credential for the service, unless another session has one on its way.
    func credential(for service: ServiceID, _ question: TorQuestion?, asking driver: SessionDriver) -> CredentialAtTor {
        guard registry.mayClaim(service, session: driver.number) else {
            return CredentialAtTor(service: service, state: .claimed)
        }
        let state = question?.credential(for: service) ?? .unknown
        let affected = usage.sessions(of: registry.owners(ofCredentialFor: service))
        registry.compare(service, with: state)
        tell(affected)
        return CredentialAtTor(service: service, state: state)
    }

    /// Tor closes a connection that it has let us in on when it ends, and with it the detached services.
    func forgetDetached() {
        let detached = registry.detachedServices
        if !detached.isEmpty { logger.notice("tor has ended, and with it detached services: \(detached.count)") }
        usage.torEnded(detached)
        registry.removeAllServices()
        tell(Array(sessions.keys))
    }

    func forget(_ service: ServiceID) {
        usage.detachedEnded(service, of: registry.owners(of: service))
        registry.remove(service)
    }

    func tell(_ numbers: [UInt64]) {
        for driver in numbers.compactMap({ sessions[$0] }) {
            tellServices(driver)
            tellOwnership(driver)
        }
    }

    func tellServices(_ driver: SessionDriver) {
        guard driver.policy.limitsServices else { return }
        driver.servicesElsewhereChanged(usage.servicesElsewhere(of: driver.number, under: driver.policy))
    }

    func tellOwnership(_ driver: SessionDriver) {
        driver.sharedOwnershipChanged(registry.share(of: Set(driver.policy.users(driver.identity))))
    }

    /// How long the client has to wait before another command of its is looked at.
    func permit(for driver: SessionDriver) -> Duration {
        usage.permit(under: driver.policy, by: driver.identity, at: Uptime.now) ?? .zero
    }

    func giveBackPermit(of driver: SessionDriver) { usage.giveBackPermit(under: driver.policy, by: driver.identity) }
}
