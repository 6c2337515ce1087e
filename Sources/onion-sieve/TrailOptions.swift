// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit
import TrailSources

/// Where a trail is: in files, or in the journal.
struct TrailOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Trails; `-` is standard input.", valueName: "file"), completion: .file())
    var files: [String] = []

    @OptionGroup(title: "The journal")
    var journal: JournalOptions

    func validate() throws {
        guard !files.isEmpty || journal.isGiven else {
            throw ValidationError(
                "say where the trail is: a file as given to `serve --audit`, `-` for standard input, or --journal")
        }
        for file in files where file.isEmpty { throw ValidationError("the name of a file is empty") }
        guard files.isEmpty || !journal.isGiven else {
            throw ValidationError("either files or the journal can be read, not both")
        }
        guard files.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("standard input can be read only once")
        }
    }

    /// Reads all that is there.
    func read(_ reading: inout TrailReading, _ filter: TrailFilter, _ take: (TrailReading.Item) -> Void) {
        if journal.isGiven {
            reading.read(journal.query(filter), take)
        } else {
            reading.read(files.map { TrailPlace($0) }, take)
        }
    }
}
