// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Lines of a profile as they are written, each with the rule that it is.
struct ProfileText: Sendable {
    private(set) var lines: [String] = []
    private var owners: [Int: RuleDraft] = [:]

    var text: String { lines.map { $0 + "\n" }.joined() }
    /// What stands before the profile.
    var comments: String { lines.prefix { $0.hasPrefix("#") }.map { $0 + "\n" }.joined() }

    mutating func add(_ line: String, _ owner: RuleDraft? = nil) {
        lines.append(line)
        if let owner { owners[lines.count] = owner }
    }

    /// A comment of any text, broken into lines of a width that people read.
    mutating func comment(_ text: String, indent: Int = 0, hanging: Int = 0) {
        let width = 118 - indent
        var line = ""
        for word in Self.harmless(text).split(separator: " ", omittingEmptySubsequences: true) {
            if !line.isEmpty, line.utf8.count + word.utf8.count + 1 > width {
                add(String(repeating: " ", count: indent) + "# " + line)
                line = String(repeating: " ", count: hanging)
            } else if !line.isEmpty {
                line += " "
            }
            line += word
        }
        if !line.isEmpty { add(String(repeating: " ", count: indent) + "# " + line) }
    }

    /// What a trail says, in a comment: on one line, printable, and nothing that allows a finding of `check`.
    static func harmless(_ text: String) -> String {
        text.utf8.map { byte -> String in
            (0x20...0x7E).contains(byte) ? String(Character(Unicode.Scalar(byte))) : "?"
        }.joined().replacing("sieve:", with: "sieve :")
    }

    /// The rule that stands on a line, counted from 1.
    func owner(ofLine line: Int) -> RuleDraft? { owners[line] }
}
