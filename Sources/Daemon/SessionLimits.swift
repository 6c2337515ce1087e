// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import Policies

/// How many sessions there may be, so that one client cannot take tor away from the others.
struct SessionLimits: Hashable, Sendable {
    /// Sessions in total. Each holds two descriptors.
    var total: Int
    /// Sessions of one client: of one local user, or one other machine.
    var perClient: Int

    /// What a session has in common with others of the same client.
    enum Key: Hashable {
        case user(UInt32)
        /// A local user who is not known, as from another user namespace: of one application's socket, or of those that are shared.
        case unknownUser(socket: String?)
        case host(IPAddress)

        init(_ client: Client) {
            switch client.transport {
            case .remote, .ownAddress: self = .host(client.address)
            case .unix(let socket): self = client.user.map { .user($0.id) } ?? .unknownUser(socket: socket)
            case .loopback: self = client.user.map { .user($0.id) } ?? .unknownUser(socket: nil)
            }
        }
    }

    /// No more than this even where descriptors abound: memory is the next bound.
    static let mostSessions = 20_000
    /// Descriptors for all that is no session: listeners, logs, netlink, `/proc`, and the sockets of applications.
    static let reservedDescriptors = 192 + SocketPlan.limit
    /// Clients of one user whose process is being looked for: each holds two descriptors of the reserve, and a thread's time.
    static let mostLookups = 64

    /// Limits that the process can hold to, having raised its limit of descriptors as far as it may (setrlimit(2)).
    static func fitting() -> SessionLimits {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return SessionLimits(total: 256, perClient: 128)
        }
        limit.rlim_cur = min(limit.rlim_max, rlim_t(mostSessions * 2 + reservedDescriptors))
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let total = min(mostSessions, max(1, (Int(limit.rlim_cur) - reservedDescriptors) / 2))
        return SessionLimits(total: total, perClient: max(1, total / 2))
    }
}
