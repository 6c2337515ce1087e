// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One thing that an administrator would look at. It changes nothing.
package protocol Examination {
    /// Not empty: what is fine is said, too.
    func findings() -> [Finding]
}
