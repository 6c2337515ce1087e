// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

/// All services of an application, as one `onions` says it.
struct OnionsDraft: Sendable {
    private(set) var keys: Set<OnionsRule.Key> = []
    private(set) var ports: Set<UInt16> = []
    /// Target ports, with how many sessions had services there.
    private(set) var targets: [UInt16: Int] = [:]
    /// Of these, those that are their own virtual ports.
    private(set) var named: Set<UInt16> = []
    /// Sessions that published anything.
    private(set) var sessionCount = 0
    private(set) var paths: Set<String> = []
    private(set) var flags: Set<AddOnion.Flag> = []
    private(set) var parameters: Set<OnionsRule.Parameter> = []
    /// Services of one session at a time.
    private(set) var max = 1

    mutating func add(_ service: PublishedService) {
        keys.insert(service.key)
        ports.formUnion(service.ports)
        for (virtual, target) in zip(service.ports, service.targets) {
            switch target {
            case .port(let port):
                targets[port] = targets[port] ?? 0
                if port == virtual { named.insert(port) }
            case .path(let path): paths.insert(path)
            }
        }
        flags.formUnion(service.flags)
        parameters.formUnion(service.parameters)
    }

    /// Counts a session with all that it published.
    mutating func addSession(_ services: [PublishedService], most: Int) {
        guard !services.isEmpty else { return }
        sessionCount += 1
        let ports = services.flatMap(\.targets).compactMap { target -> UInt16? in
            if case .port(let port) = target { port } else { nil }
        }
        for port in Set(ports) { targets[port, default: 0] += 1 }
        max = Swift.max(max, most)
    }
}
