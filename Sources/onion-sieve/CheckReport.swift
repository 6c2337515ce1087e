// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Rehearsal

/// What `check` has found.
struct CheckReport {
    enum Format: String, CaseIterable {
        case text
        case json
        case sarif
    }

    /// What came of files that were looked at together.
    struct Part {
        let loaded: LoadedProfiles
        /// Tests that were not as they say.
        let failures: [Diagnostic]
        let testCount: Int

        init(_ loaded: LoadedProfiles) {
            self.loaded = loaded
            let rehearsals = loaded.files.map { Rehearsal(of: $0) }
            failures = rehearsals.flatMap(\.failures)
            testCount = rehearsals.reduce(0) { $0 + $1.testCount }
        }

        var diagnostics: [Diagnostic] { loaded.diagnostics + failures }
    }

    let parts: [Part]

    init(_ sets: [LoadedProfiles]) { parts = sets.map { Part($0) } }

    var fileCount: Int { sum { $0.loaded.files.count } }
    var profileCount: Int { sum { $0.loaded.profileCount } }
    var testCount: Int { sum(\.testCount) }
    var allowedCount: Int { sum { $0.loaded.allowed.count } }

    func count(of severity: Diagnostic.Severity) -> Int {
        sum { $0.diagnostics.count { $0.severity == severity } }
    }

    private func sum(_ value: (Part) -> Int) -> Int { parts.reduce(0) { $0 + value($1) } }

    // MARK: For people

    /// - Parameter isVerbose: whether what comments allow is listed, too.
    func text(isColoured: Bool, isVerbose: Bool) -> String {
        var text = ""
        for part in parts {
            let renderer = DiagnosticRenderer(sources: part.loaded.sources, isColoured: isColoured)
            for diagnostic in part.diagnostics { text += renderer.render(diagnostic) }
            guard isVerbose else { continue }
            for allowed in part.loaded.allowed { text += renderer.render(allowed) }
        }
        let counts = [(fileCount, "file"), (profileCount, "profile"), (testCount, "test")]
        let results = [(count(of: .error), "error"), (count(of: .warning), "warning")]
        func list(_ counts: [(Int, String)]) -> String { counts.map(Counted.text).joined(separator: ", ") }
        let allowed = allowedCount == 0 ? "" : ", \(allowedCount) allowed"
        return text + "\(list(counts)): \(list(results))\(allowed)\n"
    }

    // MARK: For programs

    /// One object (RFC 8259), as onion-sieve-check(8) describes it.
    var json: String {
        let findings = parts.flatMap { part in
            part.diagnostics.map { Self.json($0, allowance: nil) }
                + part.loaded.allowed.map { Self.json($0.diagnostic, allowance: $0) }
        }
        return JSON.object([
            ("files", String(fileCount)),
            ("profiles", String(profileCount)),
            ("tests", String(testCount)),
            ("errors", String(count(of: .error))),
            ("warnings", String(count(of: .warning))),
            ("allowed", String(allowedCount)),
            ("findings", JSON.array(findings)),
        ]) + "\n"
    }

    private static func json(_ diagnostic: Diagnostic, allowance: AllowedFinding?) -> String {
        var members = [("file", JSON.string(diagnostic.file))]
        if let line = diagnostic.line, let column = diagnostic.column {
            members += [("line", String(line)), ("column", String(column))]
        }
        members.append(("severity", JSON.string(allowance == nil ? diagnostic.severity.rawValue : "allowed")))
        if let name = diagnostic.name { members.append(("name", JSON.string(name.rawValue))) }
        members.append(("message", JSON.string(diagnostic.message)))
        if let hint = diagnostic.hint { members.append(("hint", JSON.string(hint))) }
        if let reason = allowance?.reason { members.append(("reason", JSON.string(reason))) }
        return JSON.object(members)
    }
}
