// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Lines of a policy, comments broken at blanks.
struct PolicyText {
    /// Columns of a comment.
    private static let width = 100

    private(set) var text = ""
    private var indentation = ""

    mutating func blank() { text += "\n" }

    mutating func line(_ line: String) { text += "\(indentation)\(line)\n" }

    /// Behind `# ` each line: `#include` is a directive.
    /// - Parameter bullet: what the first line begins with; the others are indented as much.
    mutating func comment(_ comment: String, bullet: String = "") {
        var current = bullet
        var isFresh = true
        for word in comment.split(separator: " ") {
            if !isFresh, current.count + 1 + word.count > Self.width - 2 - indentation.count {
                line("# \(current)")
                current = String(repeating: " ", count: bullet.count)
                isFresh = true
            }
            current += (isFresh ? "" : " ") + word
            isFresh = false
        }
        line("# \(current)")
    }

    mutating func block(_ opening: String, _ body: (inout PolicyText) -> Void) {
        line("\(opening) {")
        indentation = "  "
        body(&self)
        indentation = ""
        line("}")
    }
}
