// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Text made safe to print, and the cells of a terminal that it takes.
package enum VisibleText {
    /// The text with every character that does not show, or that a terminal would act on, written as an escape.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isHidden) else { return text }
        return text.unicodeScalars.map(shown).joined()
    }

    /// One character as it is printed.
    static func shown(_ scalar: Unicode.Scalar) -> String {
        isHidden(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(Character(scalar))
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }

    /// Cells of a terminal: none for a mark that sits on the character before it, two for a wide character.
    static func width(_ scalar: Unicode.Scalar) -> Int {
        if isHidden(scalar) { return shown(scalar).unicodeScalars.count }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
        }
    }

    /// Cells of a terminal that a text takes.
    package static func width(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

    /// The beginning of a text that takes no more than so many cells, with `…` at its end if there is more.
    package static func shortened(_ text: String, to cells: Int) -> String {
        guard width(of: text) > cells else { return text }
        var (result, rest) = ("", cells - 1)
        for scalar in text.unicodeScalars {
            rest -= width(scalar)
            if rest < 0 { break }
            result.unicodeScalars.append(scalar)
        }
        return result + "…"
    }

    /// The blocks whose characters are wide or full-width by Unicode's Annex 11.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
        0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]
}
