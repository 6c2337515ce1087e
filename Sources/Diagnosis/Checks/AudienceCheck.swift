// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies
import Profiles

/// Profiles that are for nobody of this machine: what they name is not here.
package struct AudienceCheck: Examination {
    /// What profiles are held against, beside the machine's accounts and files.
    package struct Surroundings: Sendable {
        package var library: String
        package var runtime: String
        /// Whether a daemon runs that should have made the sockets.
        package var hasDaemon: Bool
        /// `name=` of the daemon's listeners; nil if they are not known.
        package var listenerNames: Set<String>?

        package init(library: String, runtime: String, hasDaemon: Bool, listenerNames: Set<String>?) {
            self.library = library
            self.runtime = runtime
            self.hasDaemon = hasDaemon
            self.listenerNames = listenerNames
        }
    }

    let profiles: [CompiledProfile]
    let surroundings: Surroundings
    let machine: Machine
    private let sockets: SocketChecks
    private let programs: ProgramFiles

    package init(_ profiles: [CompiledProfile], _ surroundings: Surroundings, on machine: Machine) {
        self.profiles = profiles
        self.surroundings = surroundings
        self.machine = machine
        sockets = SocketChecks(profiles, surroundings, on: machine)
        programs = ProgramFiles(machine: machine)
    }

    package func findings() -> [Finding] {
        let reasons = profiles.map(reason)
        let findings = zip(profiles, reasons).flatMap { profile, reason in
            reason.map { reason in
                let isAlone = zip(profiles, reasons).allSatisfy { $0.origin.file != profile.origin.file || $1 != nil }
                return [absent(profile, reason, isAlone: isAlone)]
            } ?? sockets.findings(profile)
        }
        return findings.isEmpty && !profiles.isEmpty
            ? [Finding(.audience, .ok, "what the profiles name is here: users, groups, programs, units, sockets")]
            : findings
    }

    /// Why it is for nobody here; nil if it is for somebody, as far as can be seen.
    private func reason(_ profile: CompiledProfile) -> String? {
        let selector = profile.selector
        guard selector.canMatchLocal else {
            return selector.hosts != nil
                ? nil : "it names neither hosts, nor a socket, nor users together with a label or unit"
        }
        let qualifiers: [(values: [String]?, objection: (String) -> String?)] = [
            (selector.users?.listed, { machine.accounts.user($0) == nil ? "there is no user `\($0)` here" : nil }),
            (selector.groups?.listed, { machine.accounts.group($0) == nil ? "there is no group `\($0)` here" : nil }),
            (selector.executables?.listed, { programs.objection($0) }),
            (selector.appArmorProfiles?.listed, { programs.objection(toLabel: $0) }),
            (selector.units?.map(\.description), { hasUnit($0) ? nil : "there is no unit `\($0)` here" }),
        ]
        for (values, objection) in qualifiers {
            guard let values else { continue }
            let objections = values.compactMap { $0 == "*" ? nil : objection($0) }
            guard objections.count == values.count else { continue }
            return objections.prefix(3).joined(separator: ", ") + (objections.count > 3 ? ", ..." : "")
        }
        return nil
    }

    private func absent(_ profile: CompiledProfile, _ reason: String, isAlone: Bool) -> Finding {
        let mayBeHosts = profile.selector.hosts != nil
        return Finding(
            .audience, .warning,
            "the profile \(profile.name) (\(profile.origin)) is for no program of this machine\(mayBeHosts ? ", other hosts apart" : ""): \(reason)",
            remedy: mayBeHosts ? nil : remedy(profile, isAlone: isAlone))
    }

    /// - Parameter isAlone: whether nothing else in its file is for somebody.
    private func remedy(_ profile: CompiledProfile, isAlone: Bool) -> String? {
        let file = profile.origin.file
        if let library = machine.realPath(surroundings.library), let real = machine.realPath(file),
            real.hasPrefix(library + "/")
        {
            let name = file.split(separator: "/").last.map(String.init) ?? file
            return isAlone ? "onion-sieve profile disable \(ProfileFileName.stem(of: name))" : nil
        }
        return isAlone
            ? "correct \(file), or mv \(file) \(file).away && systemctl reload onion-sieve"
            : "correct the profile \(profile.name) in \(file), or take it out there"
    }

    /// What cannot be seen may be there.
    private func isInstalled(_ path: String) -> Bool {
        if case .missing = machine.facts(path) { return false }
        return true
    }

    private static let directories = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"]

    private func hasUnit(_ pattern: String) -> Bool {
        let isUsers = pattern.hasPrefix("user:")
        let name = isUsers ? String(pattern.dropFirst(5)) : pattern
        // Scopes come and go, and what stands for several names may be any.
        guard !name.contains("*"), !name.hasSuffix(".scope"), !name.hasSuffix(".slice") else { return true }
        var names = [name]
        // An instance is of a template.
        if let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: ".") {
            names.append(String(name[...at]) + name[dot...])
        }
        // Units of a user's own lie in his home, too.
        if isUsers { return true }
        return Self.directories.contains { directory in
            names.contains { isInstalled("\(directory)/systemd/system/\($0)") }
        }
    }
}
