// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

internal import Policies

/// Finds out who is on the other end of an accepted connection, once, before its first byte is read.
///
/// What is found is only ever what the kernel says. Whatever is missing, contradictory or changes while we look comes
/// out as unknown, and what must not be guessed at all as a ``Failure``.
package struct ClientLookup: Sendable {
    /// The client must not be served: the caller closes the connection and says why.
    package struct Failure: Error, Hashable, Sendable {
        package var reason: String

        package init(reason: String) {
            self.reason = reason
        }
    }

    /// What the loaded profiles ask about clients. Nothing else is looked up: each look into another process needs
    /// privileges, and finding the process of a TCP connection means reading through all of `/proc`.
    package struct Needs: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let executable = Needs(rawValue: 1)
        package static let label = Needs(rawValue: 2)
        package static let unit = Needs(rawValue: 4)
        package static let groups = Needs(rawValue: 8)
        package static let all: Needs = [.executable, .label, .unit, .groups]
    }

    let processes: ProcessTable
    let labels: SecurityLabels
    let numbering: AccountNumbering
    let sockets: SockDiagSocket
    let kernelNamesPeers: Bool

    /// - Parameters:
    ///   - procPath: where procfs is mounted.
    ///   - labels: whether there are AppArmor labels, and how they are read.
    ///   - kernelNamesPeers: false makes it do without SO_PEERPIDFD, as before Linux 6.5.
    package init(
        procPath: String = "/proc",
        limits: LookupLimits = LookupLimits(),
        labels: SecurityLabels = SecurityLabels(),
        kernelNamesPeers: Bool = true
    ) {
        self.kernelNamesPeers = kernelNamesPeers
        self.labels = labels
        processes = ProcessTable(path: procPath, limits: limits, labels: labels)
        numbering = AccountNumbering(procPath: procPath)
        sockets = SockDiagSocket(timeout: limits.answerTime)
    }

    func user(_ id: UInt32) -> Client.Account? {
        numbering.known(user: id).map { Client.Account(id: $0, name: UserDatabase.userName(of: $0)) }
    }

    /// The groups with their names, each once, in the order given.
    func groups(_ ids: [UInt32]) -> [Client.Account] {
        var seen: Set<UInt32> = []
        return ids.compactMap(numbering.known(group:)).filter { seen.insert($0).inserted }
            .map { Client.Account(id: $0, name: UserDatabase.groupName(of: $0)) }
    }

    /// Runs out of descriptors or memory are failures: a client must not lose its profile because we are busy.
    /// Any other error is a fact that could not be had.
    func known<Fact>(_ look: () throws(SystemError) -> Fact?) throws(Failure) -> Fact? {
        do {
            return try look()
        } catch {
            guard !error.isExhaustion else {
                throw Failure(reason: "cannot look up the client now: \(error)")
            }
            return nil
        }
    }
}
