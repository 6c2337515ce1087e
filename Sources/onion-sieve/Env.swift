// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Policies
import Profiles

/// `onion-sieve env`: the variables that `run` sets, for somebody else to set.
struct Env: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print the TOR_* variables by which a profile's application finds the filter.",
        discussion: """
            For a shell: `eval "$(onion-sieve env onionshare)"`, in fish `onion-sieve env onionshare --shell fish | source`. With \
            `--shell systemd`, lines for environment.d(5) or for a file that EnvironmentFile= of a unit names.

            Exit status is 1 if there is no such profile, or a path cannot be written for that reader.
            """
    )

    @OptionGroup
    var options: ApplicationOptions

    @Option(help: ArgumentHelp("Who reads it: sh, fish or systemd.", valueName: "shell"))
    var shell: ApplicationEnvironment.Reader = .sh

    @Argument(
        help: ArgumentHelp(
            "A profile, of the directories or else of the library; with a slash, a path.", valueName: "profile"))
    var name: String

    func run() throws {
        let console = Console()
        let profiles = try options.load(name, console).local
        guard !profiles.isEmpty else {
            console.printError(
                "\(VisibleText.escaped(name)): error: the profile is for no program of this machine; others reach the filter over TCP"
            )
            throw ExitCode(1)
        }
        let environment = try options.environment(sockets: profiles.socketNames, console)
        do throws(ApplicationEnvironment.Unwritable) {
            console.print(try environment.text(for: shell), terminator: "")
        } catch {
            throw console.printFailure(
                "\(error.variable) cannot be written for \(shell.rawValue): \(error.reason)")
        }
    }
}

extension ApplicationEnvironment.Reader: ExpressibleByArgument {}
