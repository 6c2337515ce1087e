// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon

/// Where a daemon is found by other commands.
struct RuntimeOptions: ParsableArguments {
    @Option(
        name: .customLong("runtime-directory"),
        help: ArgumentHelp(
            "The daemon's own directory, by which other commands find it.",
            valueName: "directory"
        )
    )
    var directory: String = DaemonConfiguration.defaultRuntimeDirectory

    func validate() throws {
        guard directory.hasPrefix("/") else { throw ValidationError("--runtime-directory needs a path from the root") }
    }
}
