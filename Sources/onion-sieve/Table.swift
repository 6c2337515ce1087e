// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles

/// Text in columns, as wide as what stands in them; one of them gives way where the whole is wider than the terminal.
struct Table {
    /// ECMA-48's numbers.
    enum Colour: Int {
        case red = 31
        case green = 32
        case yellow = 33

        func painting(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
    }

    struct Cell {
        let text: String
        let colour: Colour?

        init(_ text: String, colour: Colour? = nil) {
            self.text = VisibleText.escaped(text)
            self.colour = colour
        }
    }

    let headings: [String]
    /// The column that gives way.
    let shrinking: Int
    /// Cells of it that stay.
    private static let narrowest = 16
    private static let gap = 2

    /// The headings and each row.
    /// - Parameter width: cells of the terminal; nil if nobody minds.
    func lines(_ rows: [[Cell]], width: Int?, isColoured: Bool) -> [String] {
        let all = [headings.map { Cell($0) }] + rows
        var widths = headings.indices.map { column in all.map { VisibleText.width(of: $0[column].text) }.max() ?? 0 }
        let whole = widths.reduce(0, +) + Self.gap * (widths.count - 1)
        if let width, whole > width {
            widths[shrinking] = max(widths[shrinking] - (whole - width), min(widths[shrinking], Self.narrowest))
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let text = VisibleText.shortened(cell.text, to: widths[column])
                let isLast = column == row.count - 1 || row[(column + 1)...].allSatisfy(\.text.isEmpty)
                let padding = isLast ? 0 : widths[column] - VisibleText.width(of: text) + Self.gap
                let colour = isColoured ? cell.colour : nil
                line += colour?.painting(text) ?? text
                line += String(repeating: " ", count: padding)
                if isLast { break }
            }
            return line
        }
    }
}
