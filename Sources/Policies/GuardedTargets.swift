// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Places on this machine that no onion service may lead to: whoever reaches tor's control port from the network, or this
/// filter's, has what the filter keeps from applications.
package struct GuardedTargets: Hashable, Sendable {
    /// Ports at which tor listens, by what they give away.
    package struct Listeners: Hashable, Sendable {
        package var control: Set<UInt16>
        /// SOCKS, DNS and the like: a service in front of them would be a relay for strangers.
        package var proxies: Set<UInt16>

        package init(control: Set<UInt16> = [], proxies: Set<UInt16> = []) {
            self.control = control
            self.proxies = proxies
        }

        /// Those of the system's tor and of Tor Browser's, unless they are told otherwise.
        package static let usual = Listeners(control: [9051, 9151], proxies: [9050, 9150])
    }

    /// Control ports known from the configuration: the tor we connect to, and our own listeners.
    package var controlPorts: Set<UInt16>
    /// What tor itself said of its listeners when last asked.
    package var torListeners: Listeners
    /// Addresses of this machine beside loopback.
    package var localAddresses: Set<IPAddress>

    package init(
        controlPorts: Set<UInt16> = [],
        torListeners: Listeners = Listeners(),
        localAddresses: Set<IPAddress> = []
    ) {
        self.controlPorts = controlPorts
        self.torListeners = torListeners
        self.localAddresses = localAddresses
    }

    /// Why a service may not lead there; nil if it may.
    package func refusal(of target: OnionTarget) -> Reason.Target? {
        switch target {
        case .unix:
            return .unixSocket
        case .address(let address, let port):
            guard isLocal(address.unmapped) else { return nil }
            if controlPorts.contains(port) || torListeners.control.contains(port) { return .controlPort }
            return torListeners.proxies.contains(port) ? .proxyPort : nil
        }
    }

    private func isLocal(_ address: IPAddress) -> Bool {
        address.isLoopback || address.isUnspecified || localAddresses.contains(address)
    }
}
