// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import YAML

/// Patterns that mean something else than they seem to.
extension ProfileLint {
    mutating func checkSlips() {
        for command in profile.written.commands {
            for rule in command.rules {
                checkSlips(rule.pattern)
                for line in rule.response?.rules ?? [] { checkSlips(line.pattern) }
            }
        }
        for entry in profile.written.events {
            for line in entry.response?.rules ?? [] { checkSlips(line.pattern) }
        }
        for entry in profile.written.confs {
            for value in entry.values ?? [] { checkSlips(value) }
        }
    }

    private mutating func checkSlips(_ text: WrittenText) {
        guard !told.contains(Place(name: .neverMatches, mark: text.mark)) else { return }
        for slip in Pattern.slips(in: text.text) {
            tell(
                .patternSlip, slip.message, at: text.mark(ofOffset: slip.offset, in: findings.source), hint: slip.hint)
        }
    }
}
