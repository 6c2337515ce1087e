// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The sockets that all profiles ask for together.
///
/// Profiles that ask for one name share one socket. It lets nobody in whom one of them would keep out: of different modes it gets
/// the bits that all have, and of different groups none can be right, so that it is not made.
package struct SocketPlan: Sendable {
    package struct Objection: Hashable, Sendable {
        package enum Cause: Hashable, Sendable {
            /// Another group than at the place that is named: the socket is not made.
            case otherGroup(RuleOrigin)
            /// Another mode than at the place that is named: the socket has the bits of both.
            case otherMode(RuleOrigin, common: ApplicationSocket)
            /// More than ``SocketPlan/limit``: this one is not made.
            case tooMany
        }

        package let request: SocketRequest
        package let cause: Cause
    }

    /// Sockets that are made at most. Each holds a descriptor for as long as it is there, beyond those that sessions are counted by.
    package static let limit = 64

    /// In the order of their names.
    package let sockets: [ApplicationSocket]
    /// In the order of the requests.
    package let objections: [Objection]

    /// - Parameter requests: in the order of the files' names; the first ones are made if there are too many.
    package init(_ requests: [SocketRequest]) {
        var made: [String: (socket: ApplicationSocket, first: RuleOrigin)] = [:]
        var refused: Set<String> = []
        var objections: [Objection] = []
        for request in requests {
            let wanted = request.socket
            func object(_ cause: Objection.Cause) { objections.append(Objection(request: request, cause: cause)) }
            guard let (socket, first) = made[wanted.name] else {
                if made.count < Self.limit { made[wanted.name] = (wanted, request.origin) } else { object(.tooMany) }
                continue
            }
            if socket.group != wanted.group {
                refused.insert(wanted.name)
                object(.otherGroup(first))
            } else if socket.mode != wanted.mode {
                let common = ApplicationSocket(
                    name: socket.name, group: socket.group, mode: socket.mode & wanted.mode)
                made[wanted.name] = (common, first)
                object(.otherMode(first, common: common))
            }
        }
        sockets = made.values.map(\.socket).filter { !refused.contains($0.name) }.sorted { $0.name < $1.name }
        self.objections = objections
    }
}
