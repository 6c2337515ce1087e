// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles

/// `onion-sieve check`: looks through profiles and names every mistake.
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look through profiles and name every mistake in them.",
        discussion: """
            Exit status is 0 if every file can be used (there may be warnings), 1 if one cannot, 2 for wrong usage.
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

    @Flag(help: "Take keys that are not known for errors.")
    var strict = false

    func run() async throws {
        let console = Console()
        let sets = load()
        for set in sets {
            let renderer = DiagnosticRenderer(sources: set.sources, isColoured: console.isColoured)
            for diagnostic in set.diagnostics { console.print(renderer.render(diagnostic), terminator: "") }
        }
        func sum(_ value: (LoadedProfiles) -> Int) -> Int { sets.map(value).reduce(0, +) }
        let errors = sum { $0.count(of: .error) }
        console.print(
            Self.counted(sum(\.files.count), "file") + ", " + Self.counted(sum(\.profileCount), "profile") + ": "
                + Self.counted(errors, "error") + ", " + Self.counted(sum { $0.count(of: .warning) }, "warning")
        )
        if errors > 0 { throw ExitCode(1) }
    }

    /// Directories together, as `serve` would take them, and each file that is named by itself.
    private func load() -> [LoadedProfiles] {
        let reader = SourceFileReader(trust: .advised)
        let loader = ProfileLoader(isStrict: strict)
        let directories = paths.isEmpty ? SourceFileReader.defaultDirectories : paths.filter(reader.isDirectory)
        let found = reader.read(directories: directories, toleratesMissing: paths.isEmpty)
        let files = paths.filter { !reader.isDirectory($0) }.compactMap { reader.read(file: $0) }
        return [loader.load(found.files, findings: found.findings)] + files.map { loader.load([$0]) }
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
