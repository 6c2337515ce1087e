// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles

/// Text of a trail as it is shown: whoever could write there chose it.
enum ShownText {
    /// The text with what does not show, what turns the direction of writing, and marks that pile up on other characters as escapes.
    static func escaped(_ text: String) -> String {
        let text = VisibleText.escaped(text)
        guard text.unicodeScalars.contains(where: isMark) else { return text }
        return text.unicodeScalars.map { isMark($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0) }.joined()
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: true
        default: false
        }
    }
}
