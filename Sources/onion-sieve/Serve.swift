// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import ControlProtocol
import Daemon
import Glibc
import Logging
import Systemd
import TorLink

/// `onion-sieve serve`: the daemon.
struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Filter the control connections of applications.",
        discussion: """
            SIGHUP reads the profiles again without dropping a session, and opens the audit trail's file anew; SIGTERM and \
            SIGINT end. What is decided goes to the audit trail, a record a decision, before it takes effect.
            """
    )

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where clients connect: unix:PATH[,mode=0660][,owner=USER][,group=GROUP][,cookie=FILE][,name=NAME], ADDRESS:PORT or "
                + "[ADDRESS]:PORT, the latter two also with ,cookie=FILE[,mode=0640][,owner=USER][,group=GROUP]; may be repeated. With "
                + "a cookie clients must authenticate by what is written into that file at each start. With a name it is an "
                + "application's socket: only profiles that name it in `sockets` apply there. (default: \(DaemonConfiguration.defaultListeners.map(\.description).joined(separator: " and ")))",
            valueName: "address"
        ),
        transform: Self.listenAddress
    )
    var listen: [ListenAddress] = []

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A directory that profiles are read from; may be repeated, later ones replacing files of earlier ones. "
                + "(default: \(SourceFileReader.defaultDirectories.joined(separator: ", ")))",
            valueName: "directory"
        )
    )
    var profiles: [String] = []

    @OptionGroup
    var runtime: RuntimeOptions

    @OptionGroup(title: "Tor")
    var tor: TorOptions

    @Option(
        name: .customLong("complain"),
        defaultAsFlag: Self.everybody,
        help: ArgumentHelp(
            "Let through and record what would be filtered, for local clients that a profile is for; as --complain=USER, for "
                + "those of one user, also where no profile is for them. Never for clients from elsewhere.",
            valueName: "user"
        )
    )
    var complainFor: String?

    @OptionGroup(title: "The audit trail")
    var audit: AuditOptions

    @Flag(help: "Say more on standard error. Keys, passwords and cookies are never shown.")
    var debug = false

    @OptionGroup(title: "Options of onion-grater")
    var legacy: LegacyListenOptions

    /// What `--complain` alone stands for; no user is called so.
    private static let everybody = "*"

    private static func listenAddress(_ text: String) throws -> ListenAddress {
        do throws(ListenAddress.Unreadable) {
            return try ListenAddress(parsing: text)
        } catch {
            throw ValidationError("--listen \(text): \(error.reason)")
        }
    }

    func validate() throws {
        for directory in profiles where directory.isEmpty { throw ValidationError("--profiles needs a directory") }
        if complainFor?.isEmpty == true {
            throw ValidationError("--complain= needs a user; --complain alone is for everybody")
        }
        if let conflict = ListenAddress.conflict(among: listen, torCookie: tor.cookie) {
            throw ValidationError("--listen: \(conflict)")
        }
    }

    func run() async throws {
        let daemon = Daemon(configuration: try configuration(), logger: logger())
        do {
            try await daemon.run()
        } catch let failure as Daemon.Failure {
            throw Console().printFailure(failure.reason)
        }
    }

    private func logger() -> Logger {
        let isJournal = Environment["JOURNAL_STREAM"].flatMap { JournalStream($0) }?.isBehind(STDERR_FILENO) ?? false
        let level: Logger.Level = debug ? .debug : .info
        return Logger(label: "onion-sieve") { _ in ConsoleLogHandler(level: level, isJournal: isJournal) }
    }

    private func configuration() throws -> DaemonConfiguration {
        let listeners = listen + (try legacy.listeners())
        return DaemonConfiguration(
            listeners: listeners.isEmpty ? DaemonConfiguration.defaultListeners : listeners,
            profileDirectories: profiles.isEmpty ? SourceFileReader.defaultDirectories : profiles,
            tor: tor.tor,
            torEnvironment: TorCandidates.Environment(
                controlIPCPath: Environment["TOR_CONTROL_IPC_PATH"],
                controlHost: Environment["TOR_CONTROL_HOST"],
                controlPort: Environment["TOR_CONTROL_PORT"]
            ),
            torCookie: tor.cookie,
            torMethod: try tor.method(),
            torPassword: try tor.password(),
            torUser: tor.torUser,
            torSocks: tor.socks,
            complaining: complainFor.map { $0 == Self.everybody ? .everybody : .user($0) } ?? .nobody,
            audit: try audit.configuration,
            runtimeDirectory: runtime.directory,
            serviceManager: DaemonConfiguration.ServiceManager(
                notifySocket: Environment["NOTIFY_SOCKET"],
                listenProcess: Environment["LISTEN_PID"],
                listenDescriptors: Environment["LISTEN_FDS"],
                listenNames: Environment["LISTEN_FDNAMES"],
                watchdogMicroseconds: Environment["WATCHDOG_USEC"],
                watchdogProcess: Environment["WATCHDOG_PID"]
            ),
            version: OnionSieve.version
        )
    }
}
