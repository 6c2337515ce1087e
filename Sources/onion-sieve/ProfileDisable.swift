// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon

/// `onion-sieve profile disable`: takes profiles of the library out of use.
struct ProfileDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Take profiles of the library out of use.",
        discussion: """
            Their links are removed, and a running daemon reads its profiles again. Sessions keep what they began with. If one of the \
            names is refused, nothing is changed. Files of the administrator's own stay.
            """
    )

    @OptionGroup
    var options: LibraryOptions

    @OptionGroup
    var reload: ReloadOptions

    @Argument(help: ArgumentHelp("Names of profiles, with or without .yml.", valueName: "name"))
    var names: [String]

    func run() async throws {
        try await LibraryChangeReport(change: options.open().disable(names)) { name, path, _ in
            "disabled \(name): \(path) is removed"
        }
        .conclude(reload)
    }
}
