// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Confinement
import Daemon
import Profiles

/// `onion-sieve apparmor`: policies that keep applications away from tor itself.
struct AppArmor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apparmor",
        abstract: "Write AppArmor policies for the programs that profiles are for.",
        discussion: """
            Each label of a profile gets a policy of that name. It lets the program use the filtered control port and tor's SOCKS port, \
            and keeps tor's own control socket, cookie, configuration and data from it. What it cannot do stands in its first lines.

            Exit status is 1, and nothing is written, if a profile is for no one program, a label is no name of a policy, or a file \
            there was not made by this command.
            """
    )

    @OptionGroup
    var places: ProfilePlaces

    @OptionGroup
    var runtime: RuntimeOptions

    @OptionGroup(title: "What the programs use, and what is kept from them")
    var surroundings: SurroundingsOptions

    @Flag(help: "Write policies in complain mode: they log what no rule allows, and keep nothing from the programs.")
    var complain = false

    @Flag(help: "The programs have windows: add the abstractions of desktops.")
    var desktop = false

    @Option(
        help: ArgumentHelp(
            "The rules of AppArmor to write to: 3.0, or 5.0 for AppArmor 5, which with Linux 6.17 decides about sockets, too.",
            valueName: "version"
        )
    )
    var abi: PolicyStyle.ABI = .three

    @Option(
        help: ArgumentHelp(
            "Write a file for each policy into this directory, such as /etc/apparmor.d, in place of standard output.",
            valueName: "directory"
        )
    )
    var output: String?

    @Argument(
        help: ArgumentHelp(
            "Profiles, of the directories or else of the library; a name with a slash is a path.", valueName: "profile")
    )
    var names: [String]

    func validate() throws {
        if output?.isEmpty == true { throw ValidationError("--output needs a directory") }
        _ = try surroundings.surroundings(runtime: runtime.directory)
    }

    func run() async throws {
        let console = Console()
        let loaded = try places.load(names, trust: .enforced, console)
        let renderer = DiagnosticRenderer(sources: loaded.sources)
        let programs = ConfinedPrograms(loaded.files.map(\.profiles))
        // Of a broken file there are no profiles; its mistakes are said, not what follows from them.
        let isBroken = loaded.count(of: .error) > 0
        for diagnostic in loaded.diagnostics + (isBroken ? [] : programs.diagnostics) {
            console.printError(renderer.render(diagnostic), terminator: "")
        }
        guard !isBroken, !programs.diagnostics.contains(where: { $0.severity == .error }) else { throw ExitCode(1) }
        let surroundings = try surroundings.surroundings(runtime: runtime.directory)
        let style = PolicyStyle(abi: abi, complains: complain, isDesktop: desktop)
        let policies = programs.programs.map { AppArmorPolicy(of: $0, in: surroundings, style: style) }
        guard let output else {
            console.print(AppArmorPolicy.text(of: policies, style: style), terminator: "")
            return
        }
        try write(policies, to: output, console)
    }

    private func write(_ policies: [AppArmorPolicy], to directory: String, _ console: Console) throws {
        let files = policies.map { MarkedFile(name: $0.fileName, text: $0.text) }
        let byFile = Dictionary(policies.map { ($0.fileName, $0) }) { first, _ in first }
        do throws(MarkedFile.Failure) {
            let outcomes = try MarkedFile.write(files, to: directory, mark: AppArmorPolicy.mark) { file, present in
                byFile[file.name]?.refusal(toReplace: present)
            }
            for outcome in outcomes {
                let path = VisibleText.escaped(outcome.path)
                console.print(
                    outcome.isChanged
                        ? "wrote \(path); load it with `apparmor_parser -r \(path)`" : "\(path) is up to date")
            }
        } catch {
            console.printError("\(VisibleText.escaped(error.path)): error: \(VisibleText.escaped(error.reason))")
            throw ExitCode(1)
        }
    }
}

extension PolicyStyle.ABI: ExpressibleByArgument {}
