// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Where the filter, tor, and what is tor's are to be found.
package struct Surroundings: Hashable, Sendable {
    /// Where something listens.
    package enum Place: Hashable, Sendable {
        case unix(PathLiteral)
        /// `127.0.0.1:9050`.
        case tcp(String)
    }

    /// The daemon's runtime directory, in which the applications' sockets are.
    package var runtimeDirectory: PathLiteral
    /// Where the filter is reached; empty for the profile's own sockets or, where it has none, the general one.
    package var control: [Place]
    /// The cookie of the filter's listener, for applications that insist on one.
    package var controlCookie: PathLiteral?
    package var socks: Place
    /// Tor's own control sockets.
    package var torControl: [PathLiteral]
    package var torCookie: PathLiteral
    package var torData: PathLiteral

    package init(
        runtimeDirectory: PathLiteral,
        control: [Place] = [],
        controlCookie: PathLiteral? = nil,
        socks: Place,
        torControl: [PathLiteral],
        torCookie: PathLiteral,
        torData: PathLiteral
    ) {
        self.runtimeDirectory = runtimeDirectory
        self.control = control
        self.controlCookie = controlCookie
        self.socks = socks
        self.torControl = torControl
        self.torCookie = torCookie
        self.torData = torData
    }

    /// A path that the program needs and a rule would keep from it: deny rules stand above all others.
    package var contradiction: String? {
        let allowed =
            (control + [socks]).compactMap { place in
                if case .unix(let path) = place { path } else { nil }
            } + [controlCookie].compactMap(\.self) + (control.isEmpty ? [runtimeDirectory] : [])
        let files = Set((torControl + [torCookie]).map(\.pathInRun))
        let trees = [torData.pathInRun] + AppArmorPolicy.deniedTrees
        return allowed.first { path in
            let path = path.pathInRun
            return files.contains(path) || trees.contains { path == $0 || path.hasPrefix($0 + "/") }
        }?.path
    }
}
