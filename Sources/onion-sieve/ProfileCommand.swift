// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser

/// `onion-sieve profile`: which profiles there are, what they come to, and which are in use.
struct ProfileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "List, show, enable and disable profiles.",
        discussion: """
            Exit status is 0 if all is well, 1 if something was refused, cannot be used or is not yet in effect, 2 for wrong usage.
            """,
        subcommands: [ProfileList.self, ProfileShow.self, ProfileEnable.self, ProfileDisable.self]
    )
}
