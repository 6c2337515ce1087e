// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon

/// Where profiles are shipped, and where they are read from.
struct LibraryOptions: ParsableArguments {
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
            "A directory that profiles are read from, as for `serve`; may be repeated. "
                + "(default: \(SourceFileReader.defaultDirectories.joined(separator: ", ")))",
            valueName: "directory"
        )
    )
    var profiles: [String] = []

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

    private var directories: [String] { profiles.isEmpty ? SourceFileReader.defaultDirectories : profiles }

    var holder: String { enabled ?? (profiles.count == 1 ? profiles[0] : ProfileLibrary.defaultEnabled) }

    func validate() throws {
        for directory in profiles + [library, packages] where directory.isEmpty {
            throw ValidationError("a directory is needed")
        }
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
