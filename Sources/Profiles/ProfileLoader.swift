// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// Makes a policy of files: the same for the daemon, `check` and `explain`.
///
/// A file in a later directory replaces the file of the same name in an earlier one, whole, even if it is broken or masked:
/// a mistake must never bring back what was replaced. Files decide in byte-wise order of their names, wherever they lie.
package struct ProfileLoader: Sendable {
    /// Whether keys that are not known are errors.
    package var isStrict: Bool
    /// Whether profiles are looked through for what is written correctly and yet lets too much through, or does nothing. That takes
    /// time, and changes nothing of what they decide.
    package var lints: Bool
    /// What was loaded before: a file that has got mistakes since keeps what it said then.
    package var previous: LoadedProfiles?

    package init(isStrict: Bool = false, lints: Bool = false, previous: LoadedProfiles? = nil) {
        self.isStrict = isStrict
        self.lints = lints
        self.previous = previous
    }

    /// - Parameters:
    ///   - sources: directory after directory, later ones replacing earlier ones.
    ///   - findings: what was found about the directories.
    package func load(_ sources: [SourceFile], findings: [Diagnostic] = []) -> LoadedProfiles {
        let winners = Dictionary(
            sources.indices.map { (sources[$0].name, $0) }, uniquingKeysWith: { _, later in later })
        var files: [LoadedProfiles.File] = []
        var diagnostics: [[Diagnostic]] = []
        var names = ProfileNames()
        let patterns = PatternShelf()
        var linted: [[LintedProfile]] = []
        for (index, source) in sources.enumerated() {
            let winner = winners[source.name] ?? index
            let replacement = winner == index ? nil : sources[winner].path
            var found = source.findings
            let (file, profiles) = load(source, replacedBy: replacement, &found, &names, patterns)
            files.append(file)
            diagnostics.append(found)
            linted.append(profiles)
        }
        let order = sources.indices.sorted { left, right in
            let names = (sources[left].name.utf8, sources[right].name.utf8)
            return names.0.elementsEqual(names.1) ? left < right : names.0.lexicographicallyPrecedes(names.1)
        }
        let policySet = PolicySet(
            files: order.map { PolicySet.File(name: files[$0].name, profiles: files[$0].profiles) }
        )
        for diagnostic in SocketReview(policySet).diagnostics {
            if let index = files.lastIndex(where: { $0.path == diagnostic.file }) {
                diagnostics[index].append(diagnostic)
            }
        }
        if lints { Self.contradict(order, sources, linted, &diagnostics) }
        var allowed: [AllowedFinding] = []
        for index in order {
            guard let bytes = sources[index].bytes else { continue }
            var allowances = Allowances(source: bytes)
            allowed += allowances.silence(&diagnostics[index])
            if lints, files[index].status == .used {
                diagnostics[index] += allowances.complaints(in: sources[index].path)
            }
        }
        return LoadedProfiles(
            policySet: policySet,
            files: files,
            diagnostics: findings + order.flatMap { Self.sorted(diagnostics[$0]) },
            allowed: allowed,
            sources: Dictionary(
                sources.compactMap { source in source.bytes.map { (source.path, $0) } },
                uniquingKeysWith: { _, later in later }
            )
        )
    }

    private func load(
        _ source: SourceFile,
        replacedBy replacement: String?,
        _ found: inout [Diagnostic],
        _ names: inout ProfileNames,
        _ patterns: PatternShelf
    ) -> (file: LoadedProfiles.File, linted: [LintedProfile]) {
        let compiled = source.bytes.map {
            ProfileFile(
                path: source.path, name: source.name, bytes: $0, isStrict: isStrict,
                lints: lints && replacement == nil, patterns: patterns)
        }
        found += compiled?.diagnostics ?? []
        let status: LoadedProfiles.File.Status
        var profiles: [CompiledProfile] = []
        let before = previous?.files.last { $0.path == source.path }?.profiles ?? []
        if let replacement {
            status = .replaced(by: replacement)
            found = Self.softened(found, of: source, replacedBy: replacement)
        } else if source.content == .mask {
            status = .mask
        } else if found.contains(where: { $0.severity == .error }) || compiled == nil {
            profiles = before
            status = profiles.isEmpty ? .broken : .kept
            if status == .kept {
                let message = "what the file said before it had these mistakes stays in use until a restart"
                found.append(Diagnostic(file: source.path, severity: .note, message: message))
            }
        } else if source.bytes?.isEmpty == true, !before.isEmpty {
            // Whoever writes a file in place begins so; what it denied must not be allowed meanwhile.
            profiles = before
            status = .kept
            let message = "the file has become empty; what it said before stays in use until a restart"
            found.append(Diagnostic(file: source.path, severity: .note, message: message))
        } else {
            profiles = compiled?.profiles ?? []
            status = profiles.isEmpty ? .empty : .used
            found += names.repeated(compiled?.names ?? [], in: source.path)
        }
        let file = LoadedProfiles.File(
            path: source.path,
            name: source.name,
            status: status,
            profiles: profiles,
            tests: status == .used ? compiled?.tests ?? [] : []
        )
        return (file, status == .used ? compiled?.linted ?? [] : [])
    }

    private static func contradict(
        _ order: [Int],
        _ sources: [SourceFile],
        _ linted: [[LintedProfile]],
        _ diagnostics: inout [[Diagnostic]]
    ) {
        for found in Contradictions.find(in: order.map { linted[$0] }) {
            let index = order[found.file]
            diagnostics[index].append(
                Diagnostic(
                    file: sources[index].path,
                    mark: found.mark,
                    severity: .warning,
                    name: .contradiction,
                    message: found.message,
                    hint: "make the two agree, or let their qualifiers exclude each other"
                )
            )
        }
    }

    /// Mistakes in a file that is replaced do no harm: replacing it may well be how an administrator mends them.
    private static func softened(
        _ diagnostics: [Diagnostic],
        of source: SourceFile,
        replacedBy replacement: String
    ) -> [Diagnostic] {
        let message = "not used: `\(replacement)` replaces it"
        return [Diagnostic(file: source.path, severity: .note, message: message)]
            + diagnostics.map { diagnostic in
                var softened = diagnostic
                if softened.severity == .error { softened.severity = .warning }
                return softened
            }
    }

    private static func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
        let start = Mark(line: 0, column: 0)
        // By index where places are equal, since sorting need not keep their order.
        return diagnostics.enumerated()
            .sorted { ($0.element.mark ?? start, $0.offset) < ($1.element.mark ?? start, $1.offset) }
            .map(\.element)
    }
}
