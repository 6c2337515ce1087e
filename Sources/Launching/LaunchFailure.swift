// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why a program was not started, with the exit status that a shell gives for it.
package struct LaunchFailure: Error, Hashable, Sendable {
    package let status: Int32
    package let reason: String

    /// What env(1), timeout(1) and their like exit with when it is they who fail, not the program.
    package static let ownStatus: Int32 = 125

    package static func own(_ reason: String) -> LaunchFailure { LaunchFailure(status: ownStatus, reason: reason) }

    static func notExecutable(_ reason: String) -> LaunchFailure { LaunchFailure(status: 126, reason: reason) }

    static func notFound(_ reason: String) -> LaunchFailure { LaunchFailure(status: 127, reason: reason) }
}
