// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon

/// Where profiles are shipped, and where they are read from.
struct ProfilePlaces: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where profiles are shipped without being in use.",
            valueName: "directory"
        )
    )
    var library: String = ProfileLibrary.defaultDirectory

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A directory that profiles are read from; may be repeated, later ones replacing files of earlier ones. "
                + "(default: \(SourceFileReader.defaultDirectories.joined(separator: ", ")))",
            valueName: "directory"
        )
    )
    var profiles: [String] = []

    var directories: [String] { profiles.isEmpty ? SourceFileReader.defaultDirectories : profiles }

    func validate() throws {
        for directory in profiles + [library] where directory.isEmpty {
            throw ValidationError("a directory is needed")
        }
    }

    /// To look into, not to change.
    func open() -> ProfileLibrary {
        ProfileLibrary(
            directory: library, directories: directories, enabled: ProfileLibrary.defaultEnabled,
            toleratesMissing: profiles.isEmpty)
    }
}
