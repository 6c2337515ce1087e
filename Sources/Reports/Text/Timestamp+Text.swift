// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension Timestamp {
    /// `2026-11-21 17:35`, in UTC.
    var minute: String { "\(day) \(timeOfDay)" }

    /// `2026-11-21 17:35:02`, in UTC.
    var second: String { "\(day) \(text.drop { $0 != "T" }.dropFirst().prefix(8))" }

    /// `2026-11-21`, in UTC.
    var day: String { String(text.prefix { $0 != "T" }) }

    /// `17:35`, in UTC.
    var timeOfDay: String { String(text.drop { $0 != "T" }.dropFirst().prefix(5)) }
}
