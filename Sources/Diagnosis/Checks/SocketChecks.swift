// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Daemon
import Policies

/// The applications' sockets that profiles name: that somebody makes each, and that the running daemon has.
struct SocketChecks {
    private let plan: SocketPlan
    private let surroundings: AudienceCheck.Surroundings
    private let machine: Machine

    init(_ profiles: [CompiledProfile], _ surroundings: AudienceCheck.Surroundings, on machine: Machine) {
        plan = SocketPlan(profiles.flatMap(\.sockets))
        self.surroundings = surroundings
        self.machine = machine
    }

    func findings(_ profile: CompiledProfile) -> [Finding] {
        let who = "the profile \(profile.name) (\(profile.origin))"
        return (profile.selector.sockets ?? []).sorted().compactMap { name in
            if let socket = plan.sockets.first(where: { $0.name == name }) { return finding(socket, who, profile) }
            if plan.objections.contains(where: { $0.request.socket.name == name }) {
                return Finding(
                    .audience, .warning,
                    "\(who) names the socket `\(name)`, of which profiles say different things: it is not made",
                    remedy: "onion-sieve check \(profile.origin.file)")
            }
            guard let others = surroundings.listenerNames, !others.contains(name) else { return nil }
            return Finding(
                .audience, .warning, "\(who) names the socket `\(name)`, which nobody makes",
                remedy:
                    "in \(profile.origin.file): sockets: [{name: \(name)}]; or serve --listen unix:PATH,name=\(name)")
        }
    }

    private func finding(_ socket: ApplicationSocket, _ who: String, _ profile: CompiledProfile) -> Finding? {
        if let group = socket.group, machine.accounts.group(group) == nil {
            return Finding(
                .audience, .warning,
                "\(who) gives the socket `\(socket.name)` to the group `\(group)`, which is not here: it is not made",
                remedy:
                    "addgroup --system \(group) && systemctl reload onion-sieve; or name another in \(profile.origin.file)"
            )
        }
        guard surroundings.hasDaemon else { return nil }
        let path = ApplicationsDirectory.socketPath(of: socket.name, in: surroundings.runtime)
        switch machine.facts(path) {
        case .value(let facts) where facts.kind == .socket: return nil
        case .value, .missing:
            return Finding(
                .audience, .warning, "\(who) asks for the socket \(path), which the daemon has not made",
                remedy: "systemctl reload onion-sieve; journalctl -u onion-sieve says why if it is not made")
        case let other: return .unseen(.audience, path, other.problem)
        }
    }
}
