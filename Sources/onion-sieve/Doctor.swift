// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Confinement
import Daemon
import Diagnosis
import Policies
import Profiles
import Reports
import TorLink

/// `onion-sieve doctor`: what an administrator would look at.
struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at this machine for what keeps the filter from working, or lets programs past it.",
        discussion: """
            A line for each thing that was looked at: `ok`, `warning` or `error`, and below it what to do. Nothing is changed. What a \
            running daemon was told by its options counts, unless other ones are given here. Not everything can be seen by everybody: \
            what could not is a warning.

            Exit status is 1 if there is an error.
            """
    )

    @OptionGroup
    var places: ProfilePlaces

    @OptionGroup
    var runtime: RuntimeOptions

    @OptionGroup(title: "Tor")
    var tor: TorOptions

    @Flag(help: "Print one JSON object a line, one for each finding.")
    var json = false

    func run() throws {
        let console = Console()
        let findings = try checks().flatMap { $0.findings() }
        for finding in findings { console.print(json ? Self.json(finding) : Self.text(finding, console)) }
        let errors = findings.count { $0.severity == .error }
        if !json {
            let warnings = findings.count { $0.severity == .warning }
            console.print("\(Counted.text(errors, "error")), \(Counted.text(warnings, "warning"))")
        }
        if errors > 0 { throw ExitCode(1) }
    }

    private func checks() throws -> [any Examination] {
        let machine = Machine(accounts: .ofThisMachine())
        let presence = DaemonCheck.Presence.look(in: runtime.directory, on: machine)
        let daemon = presence.daemon
        let command = DaemonCommand(of: presence.process, on: machine)
        let served = command?.serve
        let listeners = command?.listeners ?? DaemonConfiguration.defaultListeners
        let tor = self.tor.isDefault ? served?.tor ?? self.tor : self.tor
        var settings = try tor.survey(of: daemon, isServed: served != nil)
        if case .absent(.notRunning) = presence {} else { settings.isGuess = self.tor.isDefault && served == nil }
        let table = SocketListing(of: machine)
        let given = places.profiles.isEmpty ? served?.profiles ?? [] : places.profiles
        let directories = given.isEmpty ? SourceFileReader.defaultDirectories : given
        let found = SourceFileReader(trust: .enforced, owner: daemon?.user ?? 0)
            .read(directories: directories, toleratesMissing: given.isEmpty)
        let loaded = ProfileLoader().load(found.files, findings: found.findings)
        let profiles = loaded.files.flatMap(\.profiles)
        return [
            DaemonCheck(presence, in: runtime.directory, on: machine),
            ListenersCheck(
                daemon, table, paths: listeners.compactMap(\.path),
                statusPath: StatusQuery.socketPath(in: runtime.directory), on: machine),
            TorCheck(TorSurvey(settings, on: machine, table), settings, on: machine),
            AppArmorCheck(Self.policies(loaded), daemon, on: machine),
            DirectoriesCheck(
                loaded, isComplete: found.isComplete, runtime: runtime.directory, library: places.library, daemon,
                on: machine),
            AudienceCheck(
                profiles,
                AudienceCheck.Surroundings(
                    library: places.library, runtime: runtime.directory, hasDaemon: presence.process != nil,
                    listenerNames: command == nil && presence.process != nil
                        ? nil : Set(listeners.compactMap(\.socketName))),
                on: machine),
        ]
    }

    /// The policies that the profiles are for, each with the first profile that names it.
    private static func policies(_ loaded: LoadedProfiles) -> [AppArmorCheck.Wanted] {
        var seen: Set<PolicyName> = []
        return loaded.files.flatMap { file in
            let name = ProfileFileName.stem(of: file.name)
            return ConfinedPrograms([file.profiles]).programs.compactMap { program in
                seen.insert(program.name).inserted ? AppArmorCheck.Wanted(name: program.name, profile: name) : nil
            }
        }
    }

    // MARK: Output

    private static func text(_ finding: Finding, _ console: Console) -> String {
        let colour: Table.Colour =
            switch finding.severity {
            case .ok: .green
            case .warning: .yellow
            case .error: .red
            }
        let plain = finding.severity.rawValue
        let word = console.isColoured ? colour.painting(plain) : plain
        let remedy = finding.remedy.map { "\n    \(VisibleText.escaped($0))" } ?? ""
        return "\(word): \(finding.name.rawValue): \(VisibleText.escaped(finding.text))\(remedy)"
    }

    private static func json(_ finding: Finding) -> String {
        JSON.object(
            [
                ("check", JSON.string(finding.name.rawValue)), ("severity", JSON.string(finding.severity.rawValue)),
                ("text", JSON.string(finding.text)),
            ] + (finding.remedy.map { [("remedy", JSON.string($0))] } ?? []))
    }
}

extension ListenAddress {
    /// The path of a Unix socket.
    fileprivate var path: String? { if case .unix(let socket) = self { socket.path } else { nil } }
}

extension TorOptions {
    /// Whether nothing was said of tor.
    var isDefault: Bool {
        tor == .auto && cookie == DaemonConfiguration.defaultTorCookie && methodName == nil && passwordFile == nil
            && torUser == DaemonConfiguration.defaultTorUser
    }

    /// - Parameter isServed: whether these are a daemon's, whose environment is not ours.
    func survey(of daemon: DaemonFacts?, isServed: Bool) throws -> TorSurvey.Settings {
        let method = try method()
        // A password that only the daemon may read leaves the other ways.
        let password = isServed ? try? password() : try password()
        let environment =
            isServed
            ? TorCandidates.Environment()
            : TorCandidates.Environment(
                controlIPCPath: Environment["TOR_CONTROL_IPC_PATH"],
                controlHost: Environment["TOR_CONTROL_HOST"],
                controlPort: Environment["TOR_CONTROL_PORT"])
        let addresses: [TorAddress] =
            switch tor {
            case .auto: TorCandidates(environment: environment, demanded: method).addresses
            case .explicit(let address): [address]
            }
        var settings = TorSurvey.Settings(addresses: addresses, cookie: cookie, user: torUser, daemon: daemon) {
            address in
            LinkConfiguration(transport: address.transport, demanded: method, password: password)
        }
        settings.passwordFile = passwordFile
        return settings
    }
}
