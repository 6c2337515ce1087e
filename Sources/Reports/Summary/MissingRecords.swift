// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// Records that the daemon could not write, and said so once it could.
package struct MissingRecords: Hashable, Sendable {
    package let time: Timestamp
    package let count: UInt64
    package let reason: String?
}
