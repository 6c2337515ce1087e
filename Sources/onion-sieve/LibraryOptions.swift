// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon

/// Where profiles are shipped, where they are read from, and how they are put into use.
struct LibraryOptions: ParsableArguments {
    @OptionGroup
    var places: ProfilePlaces

    @Option(
        name: .customLong("etc"),
        help: ArgumentHelp(
            "The one of them that holds the links of enabled profiles. (default: \(ProfileLibrary.defaultEnabled), or the only "
                + "one of --profiles)",
            valueName: "directory"
        )
    )
    var enabled: String?

    @Option(
        name: .customLong("admindir"),
        help: ArgumentHelp(
            "Where dpkg says which files packages have brought.",
            valueName: "directory"
        )
    )
    var packages: String = PackageChecksums.defaultDirectory

    var library: String { places.library }

    var profiles: [String] { places.profiles }

    private var directories: [String] { places.directories }

    var holder: String { enabled ?? (profiles.count == 1 ? profiles[0] : ProfileLibrary.defaultEnabled) }

    func validate() throws {
        guard !packages.isEmpty else { throw ValidationError("a directory is needed") }
        guard directories.contains(holder) else {
            throw ValidationError(
                enabled == nil
                    ? "--profiles: say with --etc which of the directories holds the links"
                    : "--etc \(holder): profiles are not read from there; they are from \(directories.joined(separator: ", "))"
            )
        }
    }

    func open() -> ProfileLibrary {
        ProfileLibrary(
            directory: library,
            directories: directories,
            enabled: holder,
            toleratesMissing: profiles.isEmpty,
            packages: packages
        )
    }
}
