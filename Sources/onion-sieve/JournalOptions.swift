// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit
import Glibc
import TrailSources

/// Where in the journal a trail is, and whose entries count.
struct JournalOptions: ParsableArguments {
    @Flag(name: .customLong("journal"), help: "Read the journal of this machine, by journalctl.")
    var isWanted = false

    @Option(
        name: .customLong("journal-directory"),
        help: ArgumentHelp("Read the journal that is in this directory, by journalctl.", valueName: "directory")
    )
    var directory: String?

    @Option(
        name: .customLong("journal-unit"),
        help: ArgumentHelp(
            "The unit that the daemon runs in; may be repeated. (default: \(JournalTrust.defaultUnit))",
            valueName: "unit"
        )
    )
    var units: [String] = []

    @Option(
        name: .customLong("journal-user"),
        help: ArgumentHelp(
            "A user besides root whose entries are believed wherever they come from, by number; may be repeated.",
            valueName: "uid")
    )
    var users: [UInt32] = []

    var isGiven: Bool { isWanted || directory != nil }

    func validate() throws {
        if let directory, directory.isEmpty { throw ValidationError("--journal-directory: a directory is needed") }
        guard isGiven || units.isEmpty && users.isEmpty else {
            throw ValidationError("--journal-unit and --journal-user are for --journal")
        }
        for unit in units where unit.isEmpty { throw ValidationError("--journal-unit: a unit is needed") }
    }

    /// Who reads what they have written themselves is not deceived by anybody.
    var trust: JournalTrust {
        JournalTrust(
            units: units.isEmpty ? [JournalTrust.defaultUnit] : Set(units), users: Set(users).union([getuid()]))
    }

    func query(_ filter: TrailFilter) -> JournalQuery {
        JournalQuery(directory: directory, trust: trust, since: filter.since, until: filter.until)
    }
}
