// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import YAML

/// One event under `events`.
struct EventEntry: Sendable {
    enum Key: String, Vocabulary {
        case suppress
        case response
        case `else`
        case own

        static let subject = "an event"
    }

    var name: EventName
    var mark: Mark
    var isSuppressed = false
    var response: ResponseEntry?
    var isOwn = false
}
