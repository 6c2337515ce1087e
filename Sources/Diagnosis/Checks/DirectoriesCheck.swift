// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Profiles

/// Whether others could write what the daemon reads, or stand where it listens.
package struct DirectoriesCheck: Examination {
    let loaded: LoadedProfiles
    let isComplete: Bool
    let runtime: String
    let library: String
    let daemon: DaemonFacts?
    let machine: Machine

    /// - Parameter loaded: the profiles as the daemon reads them.
    package init(
        _ loaded: LoadedProfiles, isComplete: Bool, runtime: String, library: String, _ daemon: DaemonFacts?,
        on machine: Machine
    ) {
        self.loaded = loaded
        self.isComplete = isComplete
        self.runtime = runtime
        self.library = library
        self.daemon = daemon
        self.machine = machine
    }

    package func findings() -> [Finding] { profiles() + runtimeDirectories() + [libraryDirectory()] }

    private func profiles() -> [Finding] {
        let mistakes = loaded.diagnostics.filter { $0.severity == .error }
        let findings = mistakes.map { diagnostic in
            let place = diagnostic.mark.map { ":\($0)" } ?? ""
            return Finding(
                .profiles, .error, "\(diagnostic.file)\(place): \(diagnostic.message)",
                remedy: diagnostic.hint ?? "onion-sieve check \(diagnostic.file)")
        }
        if !findings.isEmpty { return findings }
        guard loaded.profileCount > 0 else {
            return [
                Finding(
                    .profiles, .warning, "there is no profile: every program is refused everything",
                    remedy: "onion-sieve profile list; onion-sieve profile enable NAME")
            ]
        }
        return [
            Finding(
                .profiles, .ok,
                "\(loaded.profileCount) \(loaded.profileCount == 1 ? "profile" : "profiles"), which only root can change"
            )
        ]
    }

    // MARK: Where it listens

    private func runtimeDirectories() -> [Finding] {
        let top: FileFacts
        switch machine.facts(runtime) {
        case .value(let facts): top = facts
        case .missing:
            // Without a daemon there need be none.
            return daemon == nil
                ? []
                : [
                    Finding(
                        .runtimeDirectory, .warning, "there is no \(runtime)", remedy: "systemctl restart onion-sieve")
                ]
        case let other: return [.unseen(.runtimeDirectory, runtime, other.problem)]
        }
        var findings = problems(runtime, top)
        let apps = "\(runtime)/apps"
        switch machine.names(in: machine.root + apps) {
        case .value(let names):
            for path in [apps] + names.map({ "\(apps)/\($0)" }) {
                if let facts = machine.facts(path).value { findings += problems(path, facts, holder: top.user) }
            }
        case .missing: break
        case let other: findings.append(.unseen(.runtimeDirectory, apps, other.problem))
        }
        return findings.isEmpty
            ? [Finding(.runtimeDirectory, .ok, "only root and the daemon can write in \(runtime)")] : findings
    }

    /// - Parameter holder: whose the directory around it is.
    private func problems(_ path: String, _ facts: FileFacts, holder: UInt32? = nil) -> [Finding] {
        let owners = Set([0, daemon?.user, daemon == nil ? holder : nil].compactMap(\.self))
        var findings: [Finding] = []
        if facts.kind != .directory {
            findings.append(
                Finding(
                    .runtimeDirectory, .error, "\(path) is no directory",
                    remedy: "mv \(path) \(path).away && systemctl restart onion-sieve"))
        } else if !owners.contains(facts.user), daemon != nil || holder != nil {
            findings.append(
                Finding(
                    .runtimeDirectory, .error,
                    "\(path) belongs to \(machine.accounts.userName(facts.user)), who can put sockets of his own there",
                    remedy: "mv \(path) \(path).away && systemctl restart onion-sieve"))
        }
        if facts.kind == .directory, facts.mode & 0o022 != 0 {
            findings.append(
                Finding(
                    .runtimeDirectory, .error,
                    "others can write in \(path) (mode \(facts.modeText)), and put sockets there",
                    remedy: "chmod go-w \(path) && systemctl restart onion-sieve"))
        }
        return findings
    }

    private func libraryDirectory() -> Finding {
        switch machine.facts(library) {
        case .value(let facts) where facts.user != 0 || facts.mode & 0o022 != 0:
            Finding(
                .library, .error, "others than root can write in \(library)",
                remedy: "chown root: \(library) && chmod go-w \(library)")
        case .value: Finding(.library, .ok, "only root can write in \(library)")
        case .missing: Finding(.library, .ok, "there is no library \(library): no profiles wait to be enabled")
        case let other: .unseen(.library, library, other.problem)
        }
    }
}
