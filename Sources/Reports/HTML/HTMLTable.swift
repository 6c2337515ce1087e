// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A table that is one for everybody: with a caption, headings that say what they are of, and roles, since on narrow screens its rows
/// are shown one below the other, and browsers would forget then what they were.
struct HTMLTable {
    struct Column {
        /// What its cells hold; the style sheet has a class for each.
        enum Kind: String {
            case text
            case number
            case time
        }

        let heading: String
        let kind: Kind

        init(_ heading: String, _ kind: Kind = .text) {
            self.heading = heading
            self.kind = kind
        }
    }

    let caption: String
    /// The first one names its row.
    let columns: [Column]
    let rows: [[HTML]]

    var html: HTML {
        let headings = columns.map { column in
            HTML("th", ["scope": "col", "role": "columnheader", "class": column.kind.rawValue], column.heading)
        }
        return HTML(
            "table", ["role": "table"],
            [
                HTML("caption", caption),
                HTML("thead", ["role": "rowgroup"], [HTML("tr", ["role": "row"], headings)]).onItsOwnLine,
                HTML("tbody", ["role": "rowgroup"], rows.map(row)).onItsOwnLine,
            ]
        ).onItsOwnLine
    }

    private func row(_ cells: [HTML]) -> HTML {
        HTML(
            "tr", ["role": "row"],
            zip(columns, cells).enumerated().map { index, pair in
                let (column, cell) = pair
                return index == 0
                    ? HTML("th", ["scope": "row", "role": "rowheader"], [cell])
                    : HTML("td", ["role": "cell", "class": column.kind.rawValue, "data-label": column.heading], [cell])
            }
        ).onItsOwnLine
    }
}
