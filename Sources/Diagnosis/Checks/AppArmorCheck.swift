// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Confinement

/// Whether there is AppArmor, and the policies by which profiles know their programs are loaded and enforced.
package struct AppArmorCheck: Examination {
    /// A policy that a profile names.
    package struct Wanted: Hashable, Sendable {
        let name: PolicyName
        let profile: String

        package init(name: PolicyName, profile: String) {
            self.name = name
            self.profile = profile
        }
    }

    let wanted: [Wanted]
    let daemon: DaemonFacts?
    let machine: Machine

    package init(_ wanted: [Wanted], _ daemon: DaemonFacts?, on machine: Machine) {
        self.wanted = wanted
        self.daemon = daemon
        self.machine = machine
    }

    package func findings() -> [Finding] {
        switch machine.hasAppArmor {
        case .value(true):
            return [Finding(.appArmor, .ok, "AppArmor is on")] + policies() + [mediation()]
        case .value(false):
            return [
                Finding(
                    .appArmor, .warning,
                    "AppArmor is off: programs are known by their executables, and nothing but tor's own modes keeps them from tor",
                    remedy: "apt install apparmor, and apparmor=1 security=apparmor on the kernel's command line")
            ]
        case let other: return [.unseen(.appArmor, "whether AppArmor is on", other.problem)]
        }
    }

    // MARK: Policies

    private static let own = "onion-sieve"

    private func policies() -> [Finding] {
        let reading = machine.text("\(machine.sys)/kernel/security/apparmor/profiles")
        guard case .value(let text) = reading else {
            return [.unseen(.policies, "which policies are loaded", reading.problem)]
        }
        let modes = Self.modes(text)
        var findings = wanted.compactMap { finding($0, modes[$0.name.text]) }
        findings.append(contentsOf: ownPolicy(modes))
        return findings.isEmpty ? [Finding(.policies, .ok, "no profile names a policy")] : findings
    }

    /// `NAME (MODE)`, a line each.
    static func modes(_ text: String) -> [String: String] {
        var modes: [String: String] = [:]
        for line in text.split(separator: "\n") where line.hasSuffix(")") {
            guard let blank = line.lastIndex(of: "("), blank > line.startIndex else { continue }
            modes[String(line[..<line.index(before: blank)])] = String(line[line.index(after: blank)...].dropLast())
        }
        return modes
    }

    private func finding(_ wanted: Wanted, _ mode: String?) -> Finding? {
        let name = wanted.name.text
        let load =
            "onion-sieve apparmor \(wanted.profile) --output /etc/apparmor.d && "
            + "apparmor_parser -r /etc/apparmor.d/\(wanted.name.fileName)"
        switch mode {
        case "enforce"?, "kill"?: return Finding(.policies, .ok, "the policy `\(name)` is enforced")
        case let mode?:
            return Finding(
                .policies, .warning, "the policy `\(name)` is in \(mode) mode, which keeps nothing from its program",
                remedy: load)
        case nil:
            if case .path(let path) = wanted.name {
                // What is not installed needs no policy: another check says so.
                guard case .value = machine.facts(path.path) else { return nil }
                return Finding(
                    .policies, .warning,
                    "no policy `\(name)` is loaded: the program is known by its executable, and not kept from tor",
                    remedy: load)
            }
            return Finding(
                .policies, .warning,
                "no policy `\(name)` is loaded: no program is what the profile \(wanted.profile) is for",
                remedy: load)
        }
    }

    private func ownPolicy(_ modes: [String: String]) -> [Finding] {
        guard let daemon else { return [] }
        guard let label = daemon.label else {
            return [.unseen(.policies, "the daemon's own policy", .denied)]
        }
        if label == "\(Self.own) (enforce)" { return [Finding(.policies, .ok, "the daemon's own policy is enforced")] }
        return [
            Finding(
                .policies, .warning, "the daemon is not under its own policy, but `\(label)`",
                remedy: modes[Self.own] == nil
                    ? "apparmor_parser -r /etc/apparmor.d/usr.bin.onion-sieve, and AppArmorProfile=onion-sieve in its unit"
                    : "systemctl edit onion-sieve, and under [Service]: AppArmorProfile=onion-sieve")
        ]
    }

    // MARK: What the kernel decides

    private func mediation() -> Finding {
        let release =
            machine.text("\(machine.proc)/sys/kernel/osrelease").value?.split(separator: "\n").first.map(String.init)
            ?? "?"
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return .unseen(.socketMediation, "the kernel's version", "it is `\(release)`") }
        if numbers[0] > 6 || numbers[0] == 6 && numbers[1] >= 17 {
            return Finding(
                .socketMediation, .ok,
                "Linux \(release) asks AppArmor who connects to a socket by its path, for policies of abi 5.0; for others, as those of "
                    + "Debian 13, the mode and group of tor's control socket decide")
        }
        return Finding(
            .socketMediation, .warning,
            "Linux \(release) does not ask AppArmor who connects to a socket by its path: no policy keeps a program from tor's "
                + "control socket, only its mode, group and directory and tor's cookie do",
            remedy: "see tor-control and tor-cookie; a kernel of 6.17 or later asks, for policies of abi 5.0")
    }
}
