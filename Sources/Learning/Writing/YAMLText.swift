// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Text of a trail as it may stand in a profile.
enum YAMLText {
    /// In single quotes, in which nothing but a quote means anything. Line breaks do not stand in what is quoted here.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }

    /// In double quotes, as text with line breaks has to be.
    static func quoted(lines: [String]) -> String {
        guard lines.count > 1 else { return quoted(lines.first ?? "") }
        let text = lines.joined(separator: "\n")
        return "\""
            + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n") + "\""
    }
}
