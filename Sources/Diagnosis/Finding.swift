// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What one look at the machine came to.
package struct Finding: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, CaseIterable {
        case ok
        /// Something protects less than it could, or could not be seen.
        case warning
        /// The filter does not work, or something gets past it.
        case error
    }

    package let name: CheckName
    package let severity: Severity
    /// In lower case and without a full stop.
    package let text: String
    /// What to do: a command, or a line for a file that it names.
    package let remedy: String?

    package init(_ name: CheckName, _ severity: Severity, _ text: String, remedy: String? = nil) {
        self.name = name
        self.severity = severity
        self.text = text
        self.remedy = remedy
    }

    /// Some of the names, and whether there are more.
    static func list(_ names: [String]) -> String {
        names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and others" : "")
    }

    /// An access control list may let in whom a mode does not show.
    static func unnamed(_ name: CheckName, _ path: String, _ passage: Passage) -> Finding {
        Finding(
            name, .warning, "who else can use \(path) stands in access control lists",
            remedy: "getfacl " + passage.listed.joined(separator: " "))
    }

    /// What could not be looked at is never fine.
    static func unseen(_ name: CheckName, _ what: String, _ obstacle: Obstacle, isRoot: Bool = geteuid() == 0)
        -> Finding
    {
        let isDenied = obstacle == .denied
        return Finding(
            name, .warning,
            "\(what) could not be seen: "
                + (isDenied && isRoot ? "root is not let here (a container, or a policy)" : obstacle.text),
            remedy: isDenied && !isRoot ? "run it as root: sudo onion-sieve doctor" : nil)
    }
}

/// What is looked at.
package enum CheckName: String, Hashable, Sendable, CaseIterable {
    case daemon
    case sandbox
    case listeners
    case port951 = "port-951"
    case torReachable = "tor-reachable"
    case torCookie = "tor-cookie"
    case torPassword = "tor-password"
    case torControl = "tor-control"
    case appArmor = "apparmor"
    case policies
    case socketMediation = "socket-mediation"
    case profiles
    case audience = "profile-audience"
    case runtimeDirectory = "runtime-directory"
    case library
}
