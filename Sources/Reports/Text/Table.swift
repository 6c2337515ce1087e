// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles

/// Text in columns, as wide as what stands in them; one of them gives way where the whole is wider than the terminal.
package struct Table: Sendable {
    /// ECMA-48's numbers.
    package enum Colour: Int, Sendable {
        case red = 31
        case green = 32
        case yellow = 33

        package func painting(_ text: String) -> String { "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" }
    }

    package struct Cell: Sendable {
        let text: String
        let colour: Colour?

        package init(_ text: String, colour: Colour? = nil) {
            self.text = VisibleText.escaped(text)
            self.colour = colour
        }
    }

    private let headings: [String]
    private let shrinking: Int
    private let numeric: Set<Int>
    /// Cells of it that stay.
    private static let narrowest = 16
    private static let gap = 2

    /// - Parameters:
    ///   - shrinking: the column that gives way.
    ///   - numeric: the columns that end in one line rather than begin in it.
    package init(headings: [String], shrinking: Int, numeric: Set<Int> = []) {
        self.headings = headings
        self.shrinking = shrinking
        self.numeric = numeric
    }

    /// The headings and each row.
    /// - Parameter width: cells of the terminal; nil if nobody minds.
    package func lines(_ rows: [[Cell]], width: Int?, isColoured: Bool) -> [String] {
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
                let padding = widths[column] - VisibleText.width(of: text)
                let (before, after) = numeric.contains(column) ? (padding, 0) : (0, isLast ? 0 : padding)
                let colour = isColoured ? cell.colour : nil
                line += String(repeating: " ", count: before)
                line += colour?.painting(text) ?? text
                line += String(repeating: " ", count: isLast ? after : after + Self.gap)
                if isLast { break }
            }
            return line
        }
    }
}
