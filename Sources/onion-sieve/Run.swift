// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ClientLookup
import Confinement
import Daemon
import Glibc
import Launching
import Policies
import Profiles
import TorLink

/// `onion-sieve run`: an application that finds the filter, and tor no other way.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Start a program under its profile: with the filter's socket, and under its AppArmor policy.",
        discussion: """
            The program gets the TOR_* variables that lead to the filter and to tor's SOCKS port, and no other of them; files that \
            were open are closed for it, but for standard input, output and error. It is started under the AppArmor policy that the \
            profile is for; where that is not loaded it is not started, unless `--unconfined` says otherwise.

            Exit status is the program's; 127 if it is not there, 126 if it cannot be executed, 125 for every other reason that it \
            was not started.
            """
    )

    @OptionGroup
    var options: ApplicationOptions

    @Option(
        help: ArgumentHelp(
            "The AppArmor policy, one of those that the profile is for. (default: the only one, or that of the program's executable)",
            valueName: "name"
        )
    )
    var label: String?

    @Flag(
        help: "Start the program without a policy of AppArmor: who it is then stands on its user, socket or executable."
    )
    var unconfined = false

    @Argument(
        help: ArgumentHelp(
            "A profile, of the directories or else of the library; with a slash, a path.", valueName: "profile"))
    var name: String

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The program and its arguments, behind `--`.", valueName: "command"))
    var command: [String] = []

    func validate() throws {
        guard !command.isEmpty else {
            throw ValidationError("write the command behind --, as in: onion-sieve run \(name) -- COMMAND")
        }
        guard label == nil || !unconfined else {
            throw ValidationError("--label and --unconfined contradict each other")
        }
    }

    func run() throws {
        let console = Console()
        do {
            throw try launch(console).perform()
        } catch let failure as LaunchFailure {
            console.printError("onion-sieve run: error: \(VisibleText.escaped(failure.reason))")
            throw ExitCode(failure.status)
        } catch is ExitCode {
            throw ExitCode(LaunchFailure.ownStatus)
        }
    }

    /// Everything up to the moment at which this process becomes the program.
    private func launch(_ console: Console) throws -> Launch {
        var variables = ProgramEnvironment.own
        let (loaded, profiles) = try options.load(name, console)
        guard !profiles.isEmpty else {
            throw LaunchFailure.own("the profile \(name) is for no program of this machine")
        }
        let executable = try ExecutableSearch(command[0], directories: variables["PATH"])
        var sockets = profiles.socketNames
        var policy: PolicyName?
        if !unconfined {
            let program = try program(of: loaded, executable, console)
            policy = program.name
            sockets = program.sockets
        }
        let environment = try options.environment(sockets: sockets, console)
        variables.replace(ApplicationEnvironment.names, with: environment.variables.map { ($0.name, $0.value) })
        let control = environment.variables.first { $0.name == "TOR_CONTROL_IPC_PATH" }
        let filter = FilterSocket(runtime: options.runtime.directory)
        if let problem = control.flatMap({ filter.problem(with: $0.value) }) { throw LaunchFailure.own(problem) }
        if let policy { try enter(policy, console) }
        // The arguments as they were given: a Swift string would not keep what is no UTF-8.
        let arguments = CStrings.bytes(CommandLine.unsafeArgv).suffix(command.count)
        return Launch(path: executable.path, arguments: Array(arguments), environment: variables)
    }

    /// Which of the programs that the profile is for this is.
    private func program(
        of loaded: LoadedProfiles, _ executable: ExecutableSearch, _ console: Console
    ) throws -> ConfinedProgram {
        let confined = ConfinedPrograms(loaded.files.map(\.profiles))
        let names = confined.programs.map { "`\($0.name.text)`" }.joined(separator: ", ")
        guard !confined.programs.isEmpty else {
            let renderer = DiagnosticRenderer(sources: loaded.sources)
            for diagnostic in confined.diagnostics { console.printError(renderer.render(diagnostic), terminator: "") }
            throw LaunchFailure.own(
                "the profile \(name) names no AppArmor policy for the program; --unconfined starts it without one")
        }
        if let label {
            guard let program = confined.programs.first(where: { $0.name.text.utf8.elementsEqual(label.utf8) }) else {
                throw LaunchFailure.own("the profile \(name) is not for the policy `\(label)`: there are \(names)")
            }
            return program
        }
        if confined.programs.count == 1 { return confined.programs[0] }
        let paths = [executable.path, executable.resolvedPath]
        let fitting = confined.programs.filter { program in program.attachments.contains { paths.contains($0.path) } }
        guard fitting.count == 1 else {
            throw LaunchFailure.own(
                "the profile \(name) is for several policies, and none of them for \(executable.resolvedPath) alone: say which with "
                    + "--label, one of \(names)")
        }
        return fitting[0]
    }

    private func enter(_ policy: PolicyName, _ console: Console) throws {
        do throws(SecurityLabels.ExecFailure) {
            let label = try SecurityLabels().changeOnExec(to: policy.text)
            if label.mode != "enforce", label.mode != "kill" {
                console.printError(
                    "onion-sieve run: warning: the policy \(VisibleText.escaped(policy.text)) is in \(label.mode ?? "an unknown") mode, "
                        + "which keeps nothing from the program")
            }
        } catch {
            throw LaunchFailure.own(reason(error, policy))
        }
    }

    private func reason(_ failure: SecurityLabels.ExecFailure, _ policy: PolicyName) -> String {
        let otherwise = "; --unconfined starts the program without it"
        switch failure {
        case .noAppArmor:
            return "AppArmor is off on this machine, and cannot keep the program from tor's own control socket"
                + otherwise
        case .notLoaded:
            return
                "the AppArmor policy `\(policy.text)` is not loaded: `onion-sieve apparmor \(name) --output /etc/apparmor.d && "
                + "apparmor_parser -r /etc/apparmor.d/\(policy.fileName)`, as root" + otherwise
        case .notPermitted:
            return "the AppArmor policy that this shell is under does not let it start programs under `\(policy.text)`"
        case .confinesNothing:
            return "the AppArmor policy `\(policy.text)` is in unconfined mode, and keeps nothing from the program"
                + otherwise
        case .notConfirmed:
            return
                "the kernel does not confirm that the program would run under the policy `\(policy.text)`: is this shell under one in "
                + "complain mode?"
        case .system(let text):
            return "the program cannot be put under the policy `\(policy.text)`: \(text)"
        }
    }
}
