// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// A line of a daemon's answer: words between tabs, in which backslash, tab and line feed are escaped.
struct StatusRow: Hashable {
    let words: [String]

    init(_ words: [String]) { self.words = words }

    init(parsing line: Substring.UnicodeScalarView) {
        words = line.split(separator: "\t", omittingEmptySubsequences: false).map { word in
            var text = String.UnicodeScalarView()
            var isEscaped = false
            for scalar in word {
                if isEscaped {
                    text.append(scalar == "t" ? "\t" : scalar == "n" ? "\n" : scalar)
                    isEscaped = false
                } else if scalar == "\\" {
                    isEscaped = true
                } else {
                    text.append(scalar)
                }
            }
            return String(text)
        }
    }

    var encoded: String { words.map(Self.escaped).joined(separator: "\t") + "\n" }

    /// At most so many characters: what is longer is cut.
    private static func escaped(_ word: String) -> String {
        var text = ""
        for (index, scalar) in word.unicodeScalars.enumerated() {
            guard index < StatusReport.textLimit else { return text + "…" }
            switch scalar {
            case "\\": text += "\\\\"
            case "\t": text += "\\t"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Empty where the row has no such word.
    func text(_ index: Int) -> String { words.indices.contains(index) ? words[index] : "" }

    /// Nil for an empty one.
    func optional(_ index: Int) -> String? { text(index).isEmpty ? nil : text(index) }

    func number(_ index: Int) -> UInt64 { UInt64(text(index)) ?? 0 }

    func flag(_ index: Int) -> Bool { text(index) == "yes" }

    func time(_ index: Int) -> Timestamp? { Int64(text(index)).map { Timestamp(microseconds: $0) } }
}
