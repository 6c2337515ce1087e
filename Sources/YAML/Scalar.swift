// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Text as a YAML value, and how it was written.
package struct Scalar: Hashable, Sendable {
    package enum Style: Hashable, Sendable, CaseIterable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// `|`
        case literal
        /// `>`
        case folded
    }

    /// The text with quotes, escapes and folded lines undone.
    package var text: String
    package var style: Style
    /// The tag if one is written, in full: `tag:yaml.org,2002:str` for `!!str`. Only the tags in `CoreTag` occur.
    package var tag: String?
    /// Where the text's first character stands: behind an opening quote, and on the line below a `|` or `>`.
    package var textMark: Mark
    /// The line on which the text ends.
    package var lastLine: Int

    package init(text: String, style: Style, tag: String? = nil, textMark: Mark, lastLine: Int) {
        self.text = text
        self.style = style
        self.tag = tag
        self.textMark = textMark
        self.lastLine = lastLine
    }
}
