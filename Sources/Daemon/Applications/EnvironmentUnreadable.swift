// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The file `env` of an application's socket is there, and does not tell what it is for.
package struct EnvironmentUnreadable: Error, Hashable, Sendable {
    package let path: String
    package let reason: String
}
