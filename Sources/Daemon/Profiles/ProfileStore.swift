// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ClientLookup
import Logging
import Monitoring
import Policies
import Profiles

/// The profiles of the configured directories, read at the start and again on SIGHUP.
///
/// A file that has got mistakes since keeps what it said before, until the daemon is started again.
actor ProfileStore {
    struct Loaded: Sendable {
        let policies: PolicySet
        let needs: ClientLookup.Needs
        /// One line for the log.
        let summary: String
        let directories: [String]
        /// Files that are not used for their mistakes, and directories that could not be listed.
        let leftOut: [String]
        /// The first mistake of each of these.
        let mistakes: [StatusReport.Profiles.Mistake]
        /// Whether all directories could be listed.
        let isComplete: Bool
    }

    private let directories: [String]
    private let logger: Logger
    private var last: LoadedProfiles?

    init(directories: [String], logger: Logger) {
        self.directories = directories
        self.logger = logger
    }

    func load() -> Loaded {
        let reader = SourceFileReader(trust: .enforced)
        // Those that packages use need not all be there; one that somebody named must.
        let found = reader.read(
            directories: directories,
            toleratesMissing: directories == SourceFileReader.defaultDirectories
        )
        if let last, !found.isComplete {
            // Deny rules may be among what could not be seen, so nothing may change.
            for diagnostic in found.findings { report(diagnostic) }
            return Loaded(
                policies: last.policySet,
                needs: ClientLookup.Needs(last.neededFacts),
                summary: "the profiles could not be read again; those from before stay in use: \(last.profileCount)",
                directories: directories,
                leftOut: found.findings.map(\.file),
                mistakes: Self.mistakes(found.findings, isKept: true),
                isComplete: false
            )
        }
        let loaded = ProfileLoader(previous: last).load(found.files, findings: found.findings)
        for diagnostic in loaded.diagnostics { report(diagnostic) }
        for file in loaded.files { report(file) }
        last = loaded.forUse
        return Loaded(
            policies: loaded.policySet,
            needs: ClientLookup.Needs(loaded.neededFacts),
            summary:
                "\(loaded.profileCount) \(loaded.profileCount == 1 ? "profile" : "profiles") loaded from \(directories.joined(separator: ", "))",
            directories: directories,
            leftOut: loaded.files.filter { [.broken, .kept].contains($0.status) }.map(\.path),
            mistakes: Self.mistakes(found.findings, isKept: false) + Self.mistakes(loaded),
            isComplete: found.isComplete
        )
    }

    private static func mistakes(_ findings: [Diagnostic], isKept: Bool) -> [StatusReport.Profiles.Mistake] {
        findings.filter { $0.severity == .error }
            .map { StatusReport.Profiles.Mistake(text: "\($0)", isKept: isKept) }
    }

    private static func mistakes(_ loaded: LoadedProfiles) -> [StatusReport.Profiles.Mistake] {
        loaded.files.filter { [.broken, .kept].contains($0.status) }.map { file in
            let first = loaded.diagnostics.first { $0.file == file.path && $0.severity == .error }
            return StatusReport.Profiles.Mistake(
                text: first?.description ?? "\(file.path): error: it cannot be read", isKept: file.status == .kept)
        }
    }

    private func report(_ diagnostic: Diagnostic) {
        let hint = diagnostic.hint.map { " (\($0))" } ?? ""
        let line = "\(diagnostic)\(hint)".visible
        switch diagnostic.severity {
        case .error: logger.error("\(line)")
        case .warning: logger.warning("\(line)")
        case .note: logger.info("\(line)")
        }
    }

    private func report(_ file: LoadedProfiles.File) {
        switch file.status {
        case .broken: logger.error("\(file.path.visible) is left out for its mistakes")
        case .used, .empty, .kept, .replaced, .mask: break
        }
    }
}

extension ClientLookup.Needs {
    init(_ facts: ClientFacts) {
        self = []
        let pairs: [(ClientFacts, ClientLookup.Needs)] = [
            (.label, .label), (.executable, .executable), (.unit, .unit), (.groups, .groups),
        ]
        for (fact, need) in pairs where facts.contains(fact) { insert(need) }
    }
}
