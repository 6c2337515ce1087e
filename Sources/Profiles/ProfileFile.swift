// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// One file, read and compiled by itself.
struct ProfileFile {
    let profiles: [CompiledProfile]
    let tests: [ProfileTests]
    /// Names that profiles give themselves, with their places.
    let names: [WrittenName]
    let diagnostics: [Diagnostic]
    /// The profiles as they were looked through; none unless that was asked for.
    let linted: [LintedProfile]

    struct WrittenName {
        let name: String
        let mark: Mark
    }

    /// Whether the file is left out.
    var isBroken: Bool { diagnostics.contains { $0.severity == .error } }

    init(path: String, name: String, bytes: [UInt8], isStrict: Bool, lints: Bool = false, patterns: PatternShelf) {
        let blank = Findings(path: path, source: bytes, isStrict: isStrict)
        func diagnostic(_ error: YAMLError) -> Diagnostic {
            Diagnostic(file: path, mark: error.mark, severity: .error, message: error.message, hint: error.hint)
        }
        let documents: [Node]
        let repetitions: [YAMLError]
        do {
            (documents, repetitions) = try YAMLReader.readThrough(bytes)
        } catch {
            diagnostics = [diagnostic(error)]
            profiles = []
            tests = []
            names = []
            linted = []
            return
        }
        var decoder = ProfileDecoder(defaultName: ProfileFileName.stem(of: name), findings: blank)
        let written = decoder.decode(documents)
        var compiler = ProfileCompiler(findings: decoder.findings, patterns: patterns)
        let compiled = written.map { compiler.compile($0) }
        var found = compiler.findings
        if !found.hasErrors { for profile in written { found.nameUnmatchable(profile) } }
        linted =
            lints && !found.hasErrors ? zip(written, compiled).map { LintedProfile($0, $1) } : []
        ProfileLint.check(linted, &found)
        diagnostics = repetitions.map(diagnostic) + found.diagnostics
        profiles = found.hasErrors || !repetitions.isEmpty ? [] : compiled
        tests = written.compactMap { profile in
            guard !profile.tests.isEmpty else { return nil }
            return ProfileTests(
                profile: profile.name, mark: profile.mark, selector: profile.selector, tests: profile.tests)
        }
        names = written.compactMap { profile in
            profile.nameMark.map { WrittenName(name: profile.name, mark: $0) }
        }
    }
}

extension Findings {
    /// Says of a profile that it is for nobody, where that is so.
    fileprivate mutating func nameUnmatchable(_ profile: Profile) {
        let selector = profile.selector
        guard selector.hosts == nil, !selector.canMatchLocal else { return }
        warning(
            .matchesNobody,
            "no client is ever matched by the profile `\(profile.name)`",
            at: profile.mark,
            hint:
                "a local client is matched by `sockets`, or by `users` together with `apparmor-profiles` or `units`, a remote one by `hosts`"
        )
    }
}
