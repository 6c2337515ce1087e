// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import YAML

/// Where onion services lead.
extension ProfileLint {
    mutating func checkTargets(_ rule: LintedProfile.Rule) {
        guard rule.command.keyword == .addOnion else { return }
        for client in profile.clients {
            for arguments in profile.witnesses(of: rule, from: client) {
                guard let sent = profile.passage(rule, arguments, from: client)?.sent,
                    let place = Self.foreignTarget(of: sent, for: client)
                else { continue }
                tell(
                    .unrewrittenTarget,
                    "`ADD_ONION \(arguments)` of \(Self.name(of: client)) makes a "
                        + "service that leads to \(place)",
                    at: rule.entry.mark,
                    hint: "rewrite the target, as in `replacement: '{} Port=80,{client-address}:{}'`, or use `onions`"
                )
                return
            }
        }
    }

    /// Addresses and sockets that `onions` names: they stay as they are, as the targets of a rule do.
    mutating func checkPlaces() {
        guard let written = profile.written.onions, let port = written.ports.first?.lowerBound else { return }
        let key = written.keys.contains(.new) ? "NEW:ED25519-V3" : "ED25519-V3:\(Phrase.key)=="
        for place in written.places {
            for client in profile.clients {
                let arguments = "\(key) Port=\(port),\(place.target)"
                guard let sent = profile.passage(.addOnion, arguments, from: client)?.sent,
                    let found = Self.foreignTarget(of: sent, for: client)
                else { continue }
                tell(
                    .unrewrittenTarget,
                    "`ADD_ONION \(arguments)` of \(Self.name(of: client)) makes a service that leads to \(found)",
                    at: place.mark,
                    hint: "name the port alone: it is one of the client's own machine, whatever address comes with it"
                )
                break
            }
        }
    }

    private static func name(of client: Client) -> String {
        client.isLocal ? "a local client" : client.address.description
    }

    /// Ports in `onions` where tor or this filter listens: a local client's service is refused there whatever the profile says,
    /// and on another machine the port is the client's own.
    mutating func checkTargetPorts() {
        guard profile.compiled.selector.canMatchLocal, let onions = profile.written.onions else { return }
        for ports in onions.targetPorts {
            guard let (port, what) = Self.guardedPorts.first(where: { ports.range.contains($0.port) }) else { continue }
            tell(
                .doesNothing,
                ports.range.count == 1
                    ? "no service of a local client is let to \(port), \(what)"
                    : "no service of a local client is let to \(port), \(what), which is in this range",
                at: ports.mark,
                hint: ports.range.count == 1 ? "name the port of the program itself" : "leave it out of the range"
            )
        }
    }

    /// `serve` asks tor where it listens; these are usual.
    private static let guardedPorts: [(port: UInt16, what: String)] =
        GuardedTargets.usual.controlPorts.sorted().map { ($0, "this filter's own port") }
        + GuardedTargets.usual.torListeners.control.sorted().map { ($0, "a control port of tor") }
        + GuardedTargets.usual.torListeners.proxies.sorted().map { ($0, "a SOCKS port of tor") }

    private static func foreignTarget(of sent: Command, for client: Client) -> String? {
        guard let service = try? AddOnion(parsing: sent.arguments) else { return nil }
        for (_, target) in service.targets {
            if case .unix(let path) = target, !client.isLocal { return "the socket \(path) of this machine" }
            guard case .address(let address, let port) = target, address.unmapped != client.address else { continue }
            let isHere = address.isLoopback || address.isUnspecified
            if isHere, client.isLocal { continue }
            return isHere ? "port \(port) of this machine, and not of the client's" : "\(target), a third machine"
        }
        return nil
    }
}
