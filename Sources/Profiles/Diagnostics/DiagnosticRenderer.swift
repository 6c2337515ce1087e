// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// Prints a diagnostic with the line that it is about:
///
///     40_onionshare.yml:12:18: error: `)` closes no group
///       - pattern: 'NEW:BEST)'
///                          ^
///     hint: write `\)` for the character itself
package struct DiagnosticRenderer: Sendable {
    /// Cells of a source line that are shown at most; of a longer one the part around the place.
    private static let excerptWidth = 100

    private let sources: [String: SourceLines]
    private let isColoured: Bool

    /// - Parameter sources: the bytes of files by their paths.
    package init(sources: [String: [UInt8]], isColoured: Bool = false) {
        self.sources = sources.mapValues { SourceLines(of: $0) }
        self.isColoured = isColoured
    }

    /// One or more lines, each ended.
    package func render(_ diagnostic: Diagnostic) -> String {
        let colour =
            switch diagnostic.severity {
            case .error: "31"
            case .warning: "35"
            case .note: "36"
            }
        return render(diagnostic, as: diagnostic.severity.rawValue, colour)
    }

    /// The same of one that a comment allows, with the reason in place of a hint.
    package func render(_ allowed: AllowedFinding) -> String {
        var diagnostic = allowed.diagnostic
        diagnostic.hint = nil
        let reason = allowed.reason.map { "\(bold("reason:")) \(VisibleText.escaped($0))\n" } ?? ""
        return render(diagnostic, as: "allowed", "36") + reason
    }

    private func render(_ diagnostic: Diagnostic, as kind: String, _ colour: String) -> String {
        let place = diagnostic.mark.map { ":\($0)" } ?? ""
        let name = diagnostic.name.map { " [\($0.rawValue)]" } ?? ""
        var text = bold(VisibleText.escaped(diagnostic.file) + place + ":")
        text += " \(coloured("\(kind):", colour)) \(diagnostic.message)\(name)\n"
        if let mark = diagnostic.mark, let excerpt = excerpt(of: diagnostic.file, at: mark) { text += excerpt }
        if let hint = diagnostic.hint { text += "\(bold("hint:")) \(hint)\n" }
        return text
    }

    /// The source line and the caret below it; nil if there is no such line, or nothing on it.
    private func excerpt(of file: String, at mark: Mark) -> String? {
        guard let line = sources[file]?[mark.line] else { return nil }
        let scalars = Array(String(decoding: line, as: UTF8.self).unicodeScalars)
        guard scalars.contains(where: { !$0.properties.isWhitespace }) else { return nil }
        let column = min(max(mark.column - 1, 0), scalars.count)
        let first = Self.firstShown(in: scalars, column: column)
        var shown = first > 0 ? "…" : ""
        var cells = shown.unicodeScalars.count
        var caret = cells
        for (index, scalar) in scalars.enumerated().dropFirst(first) {
            if index == column { caret = cells }
            let piece = scalar == "\t" ? String(repeating: " ", count: 4) : VisibleText.shown(scalar)
            let width = scalar == "\t" ? 4 : VisibleText.width(scalar)
            guard cells + width <= Self.excerptWidth else {
                shown += "…"
                break
            }
            shown += piece
            cells += width
        }
        if column == scalars.count { caret = cells }
        return "  \(shown)\n  \(String(repeating: " ", count: caret))\(bold("^"))\n"
    }

    /// Where the excerpt begins so that the place is well inside it.
    private static func firstShown(in scalars: [Unicode.Scalar], column: Int) -> Int {
        var first = column
        var cells = 0
        while first > 0 {
            cells += VisibleText.width(scalars[first - 1])
            guard cells <= excerptWidth * 3 / 4 else { return first }
            first -= 1
        }
        return 0
    }

    private func bold(_ text: String) -> String { isColoured ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    private func coloured(_ text: String, _ colour: String) -> String {
        isColoured ? "\u{1B}[1;\(colour)m\(text)\u{1B}[0m" : text
    }
}
