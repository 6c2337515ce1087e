// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// What is written under `limits`.
struct LimitsEntry: Sendable {
    struct Number: Sendable {
        let value: Int
        let mark: Mark
    }

    var sessions: Number?
    var onions: Number?
    var commandsPerSecond: Number?
}
