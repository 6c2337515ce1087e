// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns

/// The patterns of one load, each compiled once: many profiles have the same ones.
final class PatternShelf {
    private var patterns: [String: Pattern] = [:]

    func pattern(_ text: String) throws(PatternError) -> Pattern {
        // Texts that Unicode holds to be equal may be two patterns: bytes are matched.
        if let known = patterns[text], known.source.utf8.elementsEqual(text.utf8) { return known }
        let pattern = try Pattern(text)
        patterns[text] = pattern
        return pattern
    }
}
