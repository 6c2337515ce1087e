// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

extension PolicyListing {
    /// Cells that a text takes before its place at most; what is longer pushes its place to the right.
    private static let widest = 60

    /// Lines without colour, each ended; those without a place of their own belong to the one above:
    ///
    ///     GETINFO
    ///       allow    version                          /etc/onion-grater.d/40_shop.yml:7:7
    package var text: String {
        var result = ""
        for section in sections {
            if !result.isEmpty { result += "\n" }
            result += section.title + "\n"
            let rows = section.lines.flatMap(Self.rows)
            let column = min(
                rows.filter { $0.origin != nil }.map { VisibleText.width(of: $0.text) }.max() ?? 0, Self.widest)
            for row in rows {
                guard let origin = row.origin else {
                    result += row.text + "\n"
                    continue
                }
                let gap = String(repeating: " ", count: max(column - VisibleText.width(of: row.text), 0))
                result += "\(row.text)\(gap)  \(VisibleText.escaped("\(origin)"))\n"
            }
        }
        return result
    }

    private static func rows(of line: Line) -> [(text: String, origin: RuleOrigin?)] {
        let head = "  \(padded(line.effect, to: 8)) \(VisibleText.escaped(line.text))"
        let label = line.details.map(\.label.unicodeScalars.count).max() ?? 0
        return [(head, line.origin)]
            + line.details.map { detail in
                let text = "           \(padded(detail.label, to: label)) \(VisibleText.escaped(detail.text))"
                return (text, detail.origin)
            }
    }

    private static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.unicodeScalars.count, 0))
    }
}
