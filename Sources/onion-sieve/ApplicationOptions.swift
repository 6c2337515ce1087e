// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ControlProtocol
import Daemon
import Launching
import Policies
import Profiles
import TorLink

/// Where an application reaches the filter and tor's SOCKS port.
struct ApplicationOptions: ParsableArguments {
    @OptionGroup
    var places: ProfilePlaces

    @OptionGroup
    var runtime: RuntimeOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the program reaches the filter: unix:PATH or ADDRESS:PORT. (default: the profile's own socket, or else control in "
                + "the runtime directory)",
            valueName: "address"
        ),
        transform: { try TorAddress.parse($0, option: "--control") }
    )
    var control: TorAddress?

    @Option(
        name: .customLong("control-cookie"),
        help: ArgumentHelp("The cookie of the filter's listener, if it has one.", valueName: "file")
    )
    var controlCookie: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Tor's SOCKS port: ADDRESS:PORT or unix:PATH. (default: what the daemon says beside the profile's own socket, or else "
                + "127.0.0.1:9050)",
            valueName: "address"
        ),
        transform: { try TorAddress.parse($0, option: "--socks") }
    )
    var socks: TorAddress?

    func validate() throws {
        guard controlCookie?.hasPrefix("/") ?? true else {
            throw ValidationError("--control-cookie needs a path from the root")
        }
        if case .unix(let path)? = control, TorsOwn.contains(path) {
            throw ValidationError(
                "--control \(path): that is tor's own, which lets a program do everything, and not the filter")
        }
        if let controlCookie, TorsOwn.contains(controlCookie) {
            throw ValidationError(
                "--control-cookie \(controlCookie): that is tor's own, which opens tor's control port")
        }
    }

    /// The file of that name, without mistakes, and the profiles in it that programs of this machine may be under.
    func load(_ name: String, _ console: Console) throws -> (loaded: LoadedProfiles, local: [CompiledProfile]) {
        let loaded = try places.load([name], trust: .enforced, console)
        guard loaded.count(of: .error) == 0 else {
            let renderer = DiagnosticRenderer(sources: loaded.sources)
            for diagnostic in loaded.diagnostics { console.printError(renderer.render(diagnostic), terminator: "") }
            throw ExitCode(1)
        }
        return (loaded, loaded.files.flatMap(\.profiles).filter(\.selector.canMatchLocal))
    }

    /// - Parameters:
    ///   - sockets: names of the sockets of the application's own.
    ///   - console: where it is said that a choice must be made.
    func environment(sockets: Set<String>, _ console: Console) throws -> ApplicationEnvironment {
        let names = sockets.sorted()
        let paths = names.map { ApplicationsDirectory.socketPath(of: $0, in: runtime.directory) }
        guard control != nil || names.count <= 1 else {
            throw console.printFailure(
                "the profile has several sockets: say which with --control, one of "
                    + paths.map { "unix:\($0)" }.joined(separator: ", "))
        }
        var socks = self.socks
        if socks == nil { socks = try saidSocks(names.first, console) }
        return ApplicationEnvironment(
            control: control ?? .unix(path: paths.first ?? "\(runtime.directory)/control"),
            cookie: controlCookie,
            socks: socks ?? .tcp(.loopback, port: 9050)
        )
    }

    /// Tor's SOCKS port, as the daemon says it beside the socket. A file that cannot be read is no reason to guess another.
    private func saidSocks(_ name: String?, _ console: Console) throws -> TorAddress? {
        guard let name else { return nil }
        let path = ApplicationsDirectory.environmentPath(of: name, in: runtime.directory)
        if let problem = FilterSocket(runtime: runtime.directory).problem(withFile: path) {
            throw console.printFailure(
                "what \(VisibleText.escaped(path)) says of tor's SOCKS port is not taken: "
                    + "\(VisibleText.escaped(problem)); say it with --socks")
        }
        do throws(EnvironmentUnreadable) {
            return try ApplicationsDirectory.socks(of: name, in: runtime.directory)
        } catch {
            throw console.printFailure(
                "\(VisibleText.escaped(error.path)) does not say tor's SOCKS port: \(error.reason); "
                    + "say it with --socks")
        }
    }
}

extension [CompiledProfile] {
    /// Names of the sockets that they are for.
    var socketNames: Set<String> { reduce(into: []) { $0.formUnion($1.selector.sockets ?? []) } }
}
