// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// One rule under a command.
struct RuleEntry: Sendable {
    enum Key: String, Vocabulary {
        case pattern
        case replacement
        case response
        case `else`
        case answer
        case deny
        case own

        static let subject = "a rule"
    }

    var mark: Mark
    var pattern: WrittenText
    var replacement: WrittenText?
    var response: ResponseEntry?
    var answer: AnswerEntry?
    var isDenied = false
    var isOwn = false
}
