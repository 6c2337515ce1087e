// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles
import Rehearsal

/// `onion-sieve profile enable`: takes profiles of the library into use.
struct ProfileEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Take profiles of the library into use.",
        discussion: """
            Each is linked into the directory of the administrator, and a running daemon reads its profiles again. Sessions keep what \
            they began with. If one of the names is refused, nothing is changed: a profile with mistakes, of which a test fails, or \
            that is for nobody. No existing file is replaced or hidden.
            """
    )

    @OptionGroup
    var options: LibraryOptions

    @OptionGroup
    var reload: ReloadOptions

    @Argument(help: ArgumentHelp("Names of profiles, with or without .yml.", valueName: "name"))
    var names: [String]

    func run() async throws {
        try await LibraryChangeReport(change: options.open().enable(names, review: review)) { name, path, target in
            "enabled \(name): \(path) -> \(target)"
        }
        .conclude(reload)
    }

    /// A profile that does not do what its own tests say is not what its packager meant.
    private func review(_ loaded: LoadedProfiles) -> [Diagnostic] {
        loaded.files.flatMap { Rehearsal(of: $0).failures }
    }
}
