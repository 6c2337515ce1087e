// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies
package import Profiles
import YAML

/// The programs that some profiles are for.
///
/// A label of the profile is the name of a policy; the program that runs under it then has that label, and the profile goes on
/// being for it. Where a profile asks for no label, it is the executable; where it asks for neither, but for a socket or a unit,
/// the profile's own name.
package struct ConfinedPrograms: Sendable {
    /// By name. Of use only if nothing in ``diagnostics`` is an error.
    package private(set) var programs: [ConfinedProgram] = []
    package private(set) var diagnostics: [Diagnostic] = []

    /// - Parameter files: the profiles of each file.
    package init(_ files: [[CompiledProfile]]) {
        for profiles in files {
            let before = programs.count
            var nobody: [Diagnostic] = []
            for profile in profiles { add(profile, orTo: &nobody) }
            // A file may be for programs here and for hosts elsewhere; that the latter are left out is then no mistake.
            let severity: Diagnostic.Severity = programs.count == before ? .error : .note
            diagnostics += nobody.map { diagnostic in
                var diagnostic = diagnostic
                diagnostic.severity = severity
                return diagnostic
            }
        }
        merge()
        settleAttachments()
        checkFileNames()
    }

    private mutating func add(_ profile: CompiledProfile, orTo nobody: inout [Diagnostic]) {
        let selector = profile.selector
        guard selector.canMatchLocal else {
            nobody.append(
                Self.diagnostic(
                    profile,
                    selector.hosts == nil
                        ? "the profile matches no program of this machine"
                        : "the profile is for other hosts only: there is no program here to write a policy for",
                    hint: "a local program is known by `users` with `apparmor-profiles` or `units`, or by `sockets`"))
            return
        }
        switch (selector.appArmorProfiles, selector.executables) {
        case (.these(let labels)?, let executables):
            let names = labels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
                .compactMap { label(named: $0, of: profile) }
            // Which of several names the executables are for is not said.
            let attachable = names.count == 1 && labels.count == 1 ? paths(executables) : []
            for name in names { add(name, attachable, profile) }
        case (_, .these(let executables)?):
            for text in executables.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
                guard let name = name(text, "executable", of: profile) else { continue }
                guard case .path(let path) = name, Interpreter.name(at: path.path) == nil else {
                    report(
                        profile, "no policy can be written for the executable `\(text)`: it runs many programs",
                        hint: "say in `apparmor-profiles` by what label the program is to be known")
                    continue
                }
                add(name, [path], profile)
            }
        case (_, _) where selector.sockets != nil || selector.units?.contains { "\($0)" != "*" } == true:
            if let name = name(profile.name, "name", of: profile) { add(name, [], profile) }
        default:
            nobody.append(
                Self.diagnostic(
                    profile, "the profile is for every program: there is no one program to write a policy for",
                    hint: "write a profile for the application, with its label in `apparmor-profiles`"))
        }
    }

    /// The kernel attaches a policy without an attachment to the executable that its name is, if it is a path: that of an
    /// interpreter would be the policy of every script.
    private mutating func label(named text: String, of profile: CompiledProfile) -> PolicyName? {
        guard let name = name(text, "label", of: profile) else { return nil }
        if case .path(let path) = name, Interpreter.name(at: path.path) != nil {
            report(
                profile,
                "no policy can be written for the label `\(text)`: it would be that of every program that this one runs",
                hint: "give the program a label that is no path, and start it under that")
            return nil
        }
        return name
    }

    private mutating func name(_ text: String, _ what: String, of profile: CompiledProfile) -> PolicyName? {
        do throws(Unwritable) {
            return try PolicyName(parsing: text)
        } catch {
            report(profile, "no policy can be written for the \(what) `\(text)`: \(error.reason)", hint: error.hint)
            return nil
        }
    }

    private mutating func add(_ name: PolicyName, _ executables: [PathLiteral], _ profile: CompiledProfile) {
        var attachments = executables
        if case .path(let path) = name { attachments = [path] }
        // What a rule lets through says nothing of where its service listens.
        let mayPublishAnywhere = profile.rules.keys.contains {
            [Keyword.addOnion.name, "+\(Keyword.addOnion.name)"].contains($0)
        }
        let places = profile.onions?.places ?? []
        let ports = places.contains { if case .address = $0 { true } else { false } }
        let paths = places.compactMap { if case .unix(let path) = $0 { path } else { nil } }
        programs.append(
            ConfinedProgram(
                name: name,
                attachments: attachments,
                sockets: profile.selector.sockets ?? [],
                usesGeneralSocket: profile.selector.sockets == nil,
                publishes: mayPublishAnywhere || ports || profile.onions.map { !$0.targetPorts.isEmpty } ?? false,
                serviceSockets: Set(paths.compactMap { try? PathLiteral(parsing: $0) }),
                profiles: ["\(profile.name) (\(profile.origin.file.split(separator: "/").last ?? ""))"]
            ))
    }

    /// Executables that a policy can be attached to by their path.
    private func paths(_ values: ClientSelector.Values?) -> [PathLiteral] {
        guard case .these(let texts) = values else { return [] }
        return texts.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            .compactMap { try? PathLiteral(parsing: $0) }
            // A policy that is attached to an interpreter would be that of every script.
            .filter { Interpreter.name(at: $0.path) == nil }
    }

    // MARK: Several at once

    private mutating func merge() {
        var merged: [ConfinedProgram] = []
        for program in programs {
            if let index = merged.firstIndex(where: { $0.name == program.name }) {
                merged[index].merge(program)
            } else {
                merged.append(program)
            }
        }
        programs = merged.sorted { $0.name.text.utf8.lexicographicallyPrecedes($1.name.text.utf8) }
    }

    /// Two policies for one executable are none: the kernel does not choose. The one that is called by its path has it.
    private mutating func settleAttachments() {
        var claims: [PathLiteral: Int] = [:]
        for program in programs {
            for path in program.attachments { claims[path, default: 0] += 1 }
        }
        for index in programs.indices {
            if case .path = programs[index].name { continue }
            programs[index].attachments.removeAll { claims[$0, default: 0] > 1 }
        }
    }

    private mutating func checkFileNames() {
        for (index, program) in programs.enumerated() {
            for other in programs.dropFirst(index + 1) where other.name.fileName == program.name.fileName {
                diagnostics.append(
                    Diagnostic(
                        file: program.name.fileName,
                        severity: .error,
                        message: "would hold two policies, `\(program.name.text)` and `\(other.name.text)`",
                        hint: "write them one by one, into different directories"
                    ))
            }
        }
    }

    private mutating func report(_ profile: CompiledProfile, _ message: String, hint: String?) {
        diagnostics.append(Self.diagnostic(profile, message, hint: hint))
    }

    private static func diagnostic(_ profile: CompiledProfile, _ message: String, hint: String?) -> Diagnostic {
        let origin = profile.origin
        return Diagnostic(
            file: origin.file,
            mark: Mark(line: origin.line, column: origin.column),
            severity: .error,
            message: message,
            hint: hint
        )
    }
}
