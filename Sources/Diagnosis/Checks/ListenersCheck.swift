// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// Where the daemon listens, and who has its usual port.
package struct ListenersCheck: Examination {
    let daemon: DaemonFacts?
    let table: SocketListing
    /// Paths of the sockets that the daemon was told to make.
    let paths: [String]
    /// The path of the socket on which it answers `status`, and no program.
    let statusPath: String?
    let machine: Machine

    package init(
        _ daemon: DaemonFacts?, _ table: SocketListing, paths: [String] = [], statusPath: String? = nil,
        on machine: Machine
    ) {
        self.daemon = daemon
        self.table = table
        self.paths = paths
        self.statusPath = statusPath
        self.machine = machine
    }

    package func findings() -> [Finding] { listeners() + [port()] }

    private func listeners() -> [Finding] {
        guard let daemon else { return [] }
        if let problem = table.problem { return [.unseen(.listeners, "who listens where", problem)] }
        guard let sockets = daemon.sockets else {
            return [.unseen(.listeners, "where the daemon listens", .denied)]
        }
        let own = table.listeners.filter { sockets.contains($0.inode) && !isForStatus($0.place) }
        guard !own.isEmpty else {
            return [
                Finding(
                    .listeners, .error, "the daemon listens nowhere in this network namespace: no program reaches it",
                    remedy: "journalctl -u onion-sieve")
            ]
        }
        let places = own.map { present($0.place) }.sorted { $0.text < $1.text }
        let there = places.filter(\.isThere).map(\.text).joined(separator: ", ")
        var findings = there.isEmpty ? [] : [Finding(.listeners, .ok, "the daemon listens on \(there)")]
        for place in places where !place.isThere {
            findings.append(
                Finding(
                    .listeners, .error,
                    "the daemon's socket \(place.text) is not there any more: no program reaches it",
                    remedy: "systemctl restart onion-sieve"))
        }
        for listener in own {
            guard case .tcp(let address, let port) = listener.place, address.isUnspecified else { continue }
            findings.append(
                Finding(
                    .listeners, .warning, "port \(port) takes connections from every network that this machine is in",
                    remedy: "serve --listen ADDRESS:\(port), with the address that the other machines are to use"))
        }
        return findings
    }

    private func isForStatus(_ place: SocketListing.Listener.Place) -> Bool {
        guard let statusPath, case .unix(let bound) = place else { return false }
        return SocketListing.wasBound(bound, for: statusPath)
    }

    /// A listener by the path that programs use, and whether a socket is there.
    private func present(_ place: SocketListing.Listener.Place) -> (text: String, isThere: Bool) {
        guard case .unix(let bound) = place else { return (place.text, true) }
        var path = paths.first { SocketListing.wasBound(bound, for: $0) } ?? bound
        if path == bound, !isThere(path) { path = SocketListing.renamed(bound) }
        return ("unix:\(path)", isThere(path))
    }

    /// What cannot be seen may be there.
    private func isThere(_ path: String) -> Bool {
        switch machine.facts(path) {
        case .value(let facts): facts.kind == .socket
        case .missing: false
        case .denied, .failed: true
        }
    }

    private static let usual: UInt16 = 951

    private func port() -> Finding {
        if let problem = table.problem { return .unseen(.port951, "who has port \(Self.usual)", problem) }
        let there = table.tcp(port: Self.usual)
        let others = there.filter { daemon?.sockets?.contains($0.inode) != true }
        guard let first = others.first ?? there.first else {
            return Finding(.port951, .ok, "nobody has port \(Self.usual)")
        }
        if others.isEmpty {
            return Finding(.port951, .ok, "port \(Self.usual) is the daemon's")
        }
        let user = first.user.map(machine.accounts.userName) ?? "somebody"
        guard let holder = SocketHolder(of: first.inode, on: machine) else {
            return .unseen(
                .port951, "which program of \(user) has port \(Self.usual)", .denied)
        }
        let service = holder.name == "onion-grater" ? "systemctl disable --now onion-grater" : "kill \(holder.process)"
        return Finding(
            .port951, .error,
            "\(holder.name) (process \(holder.process) of \(user)) has \(first.place.text): applications that use port \(Self.usual) talk to that",
            remedy: service)
    }
}
