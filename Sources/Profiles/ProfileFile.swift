// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// One file, read and compiled by itself.
struct ProfileFile {
    let profiles: [CompiledProfile]
    /// Names that profiles give themselves, with their places.
    let names: [WrittenName]
    let diagnostics: [Diagnostic]

    struct WrittenName {
        let name: String
        let mark: Mark
    }

    /// Whether the file is left out.
    var isBroken: Bool { diagnostics.contains { $0.severity == .error } }

    init(path: String, name: String, bytes: [UInt8], isStrict: Bool) {
        let findings = Findings(path: path, source: bytes, isStrict: isStrict)
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
            names = []
            return
        }
        var decoder = ProfileDecoder(defaultName: Self.stem(of: name), findings: findings)
        let written = decoder.decode(documents)
        var compiler = ProfileCompiler(findings: decoder.findings)
        let compiled = written.map { compiler.compile($0) }
        var lint = ProfileLint(findings: compiler.findings)
        for profile in written { lint.check(profile) }
        diagnostics = repetitions.map(diagnostic) + lint.findings.diagnostics
        profiles = lint.findings.hasErrors || !repetitions.isEmpty ? [] : compiled
        names = written.compactMap { profile in
            profile.nameMark.map { WrittenName(name: profile.name, mark: $0) }
        }
    }

    private static func stem(of name: String) -> String { name.hasSuffix(".yml") ? String(name.dropLast(4)) : name }
}
