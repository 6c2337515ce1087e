// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles
import Rehearsal

/// `onion-sieve check`: looks through profiles and names every mistake.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look through profiles and name every mistake in them.",
        discussion: """
            Warnings have a name in brackets. A comment `# sieve: allow NAME (reason)` on its line allows one.

            Exit status is 0 if every file can be used (there may be warnings, unless --strict is given), 1 if one cannot, 2 for \
            wrong usage.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "Files, and directories of files named *.yml. A file in a later directory replaces the one of the same name in "
                + "an earlier one. Without any: \(SourceFileReader.defaultDirectories.joined(separator: ", ")).",
            valueName: "path"
        ),
        completion: .file(extensions: ["yml"])
    )
    var paths: [String] = []

    @Flag(help: "Fail on warnings, too, and take keys that are not known for errors.")
    var strict = false

    @Flag(help: "List what comments in the files allow, too.")
    var verbose = false

    @Option(help: ArgumentHelp("How findings are printed: text, json, or sarif (SARIF 2.1.0).", valueName: "format"))
    var format = CheckReport.Format.text

    func run() async throws {
        let console = Console()
        let report = CheckReport(load())
        switch format {
        case .text: console.print(report.text(isColoured: console.isColoured, isVerbose: verbose), terminator: "")
        case .json: console.print(report.json, terminator: "")
        case .sarif: console.print(report.sarif, terminator: "")
        }
        if report.count(of: .error) > 0 || strict && report.count(of: .warning) > 0 { throw ExitCode(1) }
    }

    /// Directories together, as `serve` would take them, and each file that is named by itself.
    private func load() -> [LoadedProfiles] {
        let reader = SourceFileReader(trust: .advised)
        let loader = ProfileLoader(isStrict: strict, lints: true)
        let directories = paths.isEmpty ? SourceFileReader.defaultDirectories : paths.filter(reader.isDirectory)
        let found = reader.read(directories: directories, toleratesMissing: paths.isEmpty)
        let files = paths.filter { !reader.isDirectory($0) }.compactMap { reader.read(file: $0) }
        return [loader.load(found.files, findings: found.findings)] + files.map { loader.load([$0]) }
    }
}

extension CheckReport.Format: ExpressibleByArgument {}
