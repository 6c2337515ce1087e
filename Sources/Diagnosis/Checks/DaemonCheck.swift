// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Daemon

/// Whether a daemon serves, as whom, and in which sandbox.
package struct DaemonCheck: Examination {
    /// What became of looking for it by its lock.
    package enum Presence: Hashable, Sendable {
        case running(DaemonFacts)
        case absent(RunningDaemon.Failure)
        /// It runs, and nothing more can be seen of it.
        case unseen(Int32, Obstacle)

        package var daemon: DaemonFacts? { if case .running(let facts) = self { facts } else { nil } }

        package var process: Int32? {
            switch self {
            case .running(let facts): facts.process
            case .unseen(let process, _): process
            case .absent: nil
            }
        }

        /// Looks for it and reads what procfs says of it; a process that ends meanwhile, and whose number another one then has,
        /// is not taken for it.
        package static func look(in directory: String, on machine: Machine) -> Presence {
            do throws(RunningDaemon.Failure) {
                let before = try RunningDaemon(in: directory).process
                let facts = DaemonFacts.read(before, of: machine)
                guard try RunningDaemon(in: directory).process == before else {
                    throw .unreachable("the daemon is being started over and over")
                }
                guard case .value(let daemon) = facts else {
                    let isHidden = if case .missing = facts { true } else { false }
                    return .unseen(
                        before,
                        isHidden
                            ? "procfs does not show it to you (hidepid)" : facts.problem)
                }
                return .running(daemon)
            } catch {
                return .absent(error)
            }
        }
    }

    let presence: Presence
    let directory: String
    let machine: Machine

    package init(_ presence: Presence, in directory: String, on machine: Machine) {
        self.presence = presence
        self.directory = directory
        self.machine = machine
    }

    package func findings() -> [Finding] {
        switch presence {
        case .absent(.notRunning):
            [
                Finding(
                    .daemon, .error, "no daemon was found with \(directory) (one that could not use it would not be)",
                    remedy: "systemctl start onion-sieve")
            ]
        case .absent(.notPermitted):
            [.unseen(.daemon, "whether the daemon runs", .denied)]
        case .absent(.unreachable(let reason)):
            [.unseen(.daemon, "whether the daemon runs", .other(reason))]
        case .unseen(let process, let reason):
            [
                Finding(.daemon, .ok, "the daemon runs as process \(process)"),
                .unseen(.sandbox, "the daemon's sandbox", reason),
            ]
        case .running(let daemon):
            [
                daemon.isStopped
                    ? Finding(
                        .daemon, .error, "the daemon (process \(daemon.process)) is stopped: it answers nobody",
                        remedy: "kill -CONT \(daemon.process)")
                    : Finding(
                        .daemon, .ok,
                        "the daemon runs as process \(daemon.process), user \(machine.accounts.userName(daemon.user))")
            ] + sandbox(of: daemon)
        }
    }

    // MARK: The sandbox

    private static let drop = "systemctl edit onion-sieve"

    private func sandbox(of daemon: DaemonFacts) -> [Finding] {
        var findings: [Finding] = []
        func warn(_ text: String, _ line: String) {
            findings.append(
                Finding(.sandbox, .warning, text, remedy: "\(Self.drop), and under [Service]: \(line)"))
        }
        if !daemon.hasNoNewPrivileges {
            warn("the daemon may gain privileges by starting a program", "NoNewPrivileges=yes")
        }
        if !daemon.hasSystemCallFilter {
            warn("no filter of system calls is in force", "SystemCallFilter=@system-service")
        }
        let excess = Capability.names(of: daemon.capabilities & ~Capability.usable).joined(separator: " ")
        if !excess.isEmpty {
            // Only what is of no use is taken away: what the others are needed for, its options and tor decide.
            warn("the daemon has capabilities that it never needs: \(excess)", "CapabilityBoundingSet=~\(excess)")
        }
        switch daemon.hasOwnMounts {
        case false?: warn("the daemon sees the whole file system", "ProtectSystem=full")
        case nil: findings.append(.unseen(.sandbox, "the daemon's mount namespace", .denied))
        case true?: break
        }
        if findings.isEmpty {
            findings.append(
                Finding(
                    .sandbox, .ok, "no new privileges, a filter of system calls, mounts of its own, few capabilities"))
        }
        return findings
    }
}
