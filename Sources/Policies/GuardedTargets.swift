// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Places on this machine that no onion service may lead to: whoever reaches tor's control port from the network, or this
/// filter's, has what the filter keeps from applications.
package struct GuardedTargets: Hashable, Sendable {
    /// Where tor listens, by what they give away.
    package struct Listeners: Hashable, Sendable {
        package var control: Set<UInt16>
        /// SOCKS, DNS and the like: a service in front of them would be a relay for strangers.
        package var proxies: Set<UInt16>
        /// Paths of control sockets; nil if tor names one that cannot be read.
        package var controlSockets: Set<String>?

        package init(
            control: Set<UInt16> = [],
            proxies: Set<UInt16> = [],
            controlSockets: Set<String>? = []
        ) {
            self.control = control
            self.proxies = proxies
            self.controlSockets = controlSockets
        }

        /// Those of the system's tor and of Tor Browser's, unless they are told otherwise.
        package static let usual = Listeners(
            control: [9051, 9151], proxies: [9050, 9150], controlSockets: ["/run/tor/control"]
        )
    }

    /// Control ports known from the configuration: the tor we connect to, and our own listeners.
    package var controlPorts: Set<UInt16>
    /// Control sockets known from the configuration, likewise.
    package var controlSockets: Set<String>
    /// Where paths lead when links are followed: those of a command's targets, and of control sockets. What is missing could not
    /// be found out. Nil as long as nobody has looked; a session looks before an ADD_ONION leaves.
    package var realPaths: [String: String]?
    /// What tor itself said of its listeners when last asked.
    package var torListeners: Listeners
    /// Addresses of this machine beside loopback.
    package var localAddresses: Set<IPAddress>

    package init(
        controlPorts: Set<UInt16> = [],
        controlSockets: Set<String> = [],
        realPaths: [String: String]? = nil,
        torListeners: Listeners = Listeners(),
        localAddresses: Set<IPAddress> = []
    ) {
        self.controlPorts = controlPorts
        self.controlSockets = controlSockets
        self.realPaths = realPaths
        self.torListeners = torListeners
        self.localAddresses = localAddresses
    }

    /// Those of a daemon and a tor with usual settings; where else they listen, only a running one says.
    package static let usual = GuardedTargets(
        controlPorts: [951], controlSockets: ["/run/onion-sieve/control"], torListeners: .usual
    )

    /// Why a service may not lead there; nil if it may.
    ///
    /// - Parameter places: targets that a profile names with an address or by a path. Nothing makes a control port or socket one.
    package func refusal(of target: OnionTarget, named places: Set<OnionTarget> = []) -> Reason.Target? {
        switch target {
        case .unix(let path):
            return places.contains(target) ? refusal(ofPath: path) : .unixSocket
        case .address(let address, let port):
            guard isLocal(address.unmapped) else { return nil }
            if controlPorts.contains(port) || torListeners.control.contains(port) { return .controlPort }
            return torListeners.proxies.contains(port) && !places.contains(target) ? .proxyPort : nil
        }
    }

    /// By name, and by where the names lead: `/var/run/tor/control` is `/run/tor/control`.
    private func refusal(ofPath path: String) -> Reason.Target? {
        guard let torSockets = torListeners.controlSockets else { return .unknownPath }
        let sockets = controlSockets.union(torSockets)
        guard !sockets.contains(path) else { return .controlSocket }
        guard let realPaths else { return nil }
        guard let real = realPaths[path] else { return .unknownPath }
        for socket in sockets {
            guard let realSocket = realPaths[socket] else { return .unknownPath }
            if realSocket == real { return .controlSocket }
        }
        return nil
    }

    private func isLocal(_ address: IPAddress) -> Bool {
        address.isLoopback || address.isUnspecified || localAddresses.contains(address)
    }
}
