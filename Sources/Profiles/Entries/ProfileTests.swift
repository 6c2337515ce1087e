// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies
package import YAML

/// The tests of one profile.
package struct ProfileTests: Sendable {
    package let profile: String
    /// Where the profile begins.
    package let mark: Mark
    package let selector: ClientSelector
    package let tests: [TestEntry]
}
