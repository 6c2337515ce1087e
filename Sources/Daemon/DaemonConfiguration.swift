// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import TorLink

/// Everything that `serve` was told, checked and ready to be used.
package struct DaemonConfiguration: Sendable {
    /// For whom what would be filtered is let through and recorded.
    package enum Complaining: Hashable, Sendable {
        case nobody
        /// Local clients that a profile is for.
        case everybody
        /// Local clients of this user, also those that no profile is for: a name, or a number.
        case user(String)
    }

    package var listeners: [ListenAddress]
    /// Directories of profiles, in the order in which later ones replace files of earlier ones.
    package var profileDirectories: [String]
    package var tor: TorChoice
    /// Where `--tor auto` is told to look by its environment.
    package var torEnvironment: TorCandidates.Environment
    package var torCookie: String
    package var torMethod: AuthenticationMethod?
    package var torPassword: Secret?
    /// A Unix socket is tor's if its peer runs as root, as we do, or as this user.
    package var torUser: String
    /// What applications are told of tor's SOCKS port; nil for what tor itself says.
    package var torSocks: TorAddress?
    package var complaining: Complaining
    package var audit: AuditConfiguration
    /// Where other commands find this daemon.
    package var runtimeDirectory: String
    package var serviceManager: ServiceManager
    /// Of this program.
    package var version: String

    /// What the environment says of the service manager (systemd.exec(5), sd_notify(3)).
    package struct ServiceManager: Sendable {
        package var notifySocket: String?
        package var listenProcess: String?
        package var listenDescriptors: String?
        package var listenNames: String?
        package var watchdogMicroseconds: String?
        package var watchdogProcess: String?

        package init(
            notifySocket: String? = nil,
            listenProcess: String? = nil,
            listenDescriptors: String? = nil,
            listenNames: String? = nil,
            watchdogMicroseconds: String? = nil,
            watchdogProcess: String? = nil
        ) {
            self.notifySocket = notifySocket
            self.listenProcess = listenProcess
            self.listenDescriptors = listenDescriptors
            self.listenNames = listenNames
            self.watchdogMicroseconds = watchdogMicroseconds
            self.watchdogProcess = watchdogProcess
        }
    }

    package init(
        listeners: [ListenAddress],
        profileDirectories: [String],
        tor: TorChoice,
        torEnvironment: TorCandidates.Environment = TorCandidates.Environment(),
        torCookie: String,
        torMethod: AuthenticationMethod? = nil,
        torPassword: Secret? = nil,
        torUser: String,
        torSocks: TorAddress? = nil,
        complaining: Complaining = .nobody,
        audit: AuditConfiguration = AuditConfiguration(destination: .log),
        runtimeDirectory: String = Self.defaultRuntimeDirectory,
        serviceManager: ServiceManager = ServiceManager(),
        version: String = ""
    ) {
        self.listeners = listeners
        self.profileDirectories = profileDirectories
        self.tor = tor
        self.torEnvironment = torEnvironment
        self.torCookie = torCookie
        self.torMethod = torMethod
        self.torPassword = torPassword
        self.torUser = torUser
        self.torSocks = torSocks
        self.complaining = complaining
        self.audit = audit
        self.runtimeDirectory = runtimeDirectory
        self.serviceManager = serviceManager
        self.version = version
    }

    package static let defaultRuntimeDirectory = "/run/onion-sieve"
    package static let defaultTorCookie = "/run/tor/control.authcookie"
    package static let defaultTorUser = "debian-tor"
    /// A port below 1024, which no user's program can take before us.
    package static let defaultListeners: [ListenAddress] = [
        .unix(ListenAddress.UnixSocket(path: "/run/onion-sieve/control")),
        .tcp(.loopback, port: 951),
    ]
}
