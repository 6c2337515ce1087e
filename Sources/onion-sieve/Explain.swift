// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Glibc
import Policies
import Profiles
import Rehearsal

/// `onion-sieve explain`: what would become of a command, and why.
struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what would become of commands of a client, and which rule decides.",
        discussion: """
            Each command is judged by itself, as if the client were authenticated. Without commands they are read from standard \
            input, one a line.

            Exit status is 0 if all were judged, 1 if a profile has mistakes, 2 for wrong usage.
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A directory that profiles are read from; may be repeated, later ones replacing files of earlier ones. "
                + "(default: \(SourceFileReader.defaultDirectories.joined(separator: ", ")))",
            valueName: "directory"
        )
    )
    var profiles: [String] = []

    @OptionGroup(title: "The client")
    var client: ClientOptions

    @Flag(help: "Print one JSON object a line, in order, one for each command.")
    var json = false

    @Argument(help: ArgumentHelp("Commands, each as one argument.", valueName: "command"))
    var commands: [String] = []

    func validate() throws {
        guard client.isGiven else { throw ValidationError("say who the client is: \(ClientOptions.ways)") }
    }

    func run() async throws {
        let console = Console()
        let loaded = load(console)
        let client = client.client
        let judge = CommandJudge(policy: loaded.policySet.policy(for: client), client: client)
        func explain(_ line: [UInt8]) {
            let explanation = judge.explain(line)
            console.print(json ? explanation.json : explanation.text)
        }
        if commands.isEmpty {
            var input = StandardInput()
            while let line = input.nextLine() { explain(line) }
        } else {
            for command in commands { explain(Array(command.utf8)) }
        }
        if loaded.count(of: .error) > 0 { throw ExitCode(1) }
    }

    /// Mistakes of the profiles go to standard error, so that standard output holds the explanations alone.
    private func load(_ console: Console) -> LoadedProfiles {
        let reader = SourceFileReader(trust: .advised)
        let directories = profiles.isEmpty ? SourceFileReader.defaultDirectories : profiles
        let found = reader.read(directories: directories, toleratesMissing: profiles.isEmpty)
        let loaded = ProfileLoader().load(found.files, findings: found.findings)
        let renderer = DiagnosticRenderer(sources: loaded.sources)
        for diagnostic in loaded.diagnostics where diagnostic.severity == .error {
            console.printError(renderer.render(diagnostic))
        }
        return loaded
    }
}
