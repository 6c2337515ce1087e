// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Reports

/// What holds for what any trail comes to: nothing in it reaches a terminal as a command, or a page as a part of it.
enum ReportProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        var summary = TrailSummary()
        for line in input.split(separator: 0x0A) { summary.add(TrailLine(line)) }
        for width in [nil, 40] {
            try checkText(SummaryText(summary, width: width, isColoured: false).text)
        }
        _ = SummaryJSON(summary).fields
        try checkPage(ReportPage(summary).text)
    }

    private static func checkText(_ text: String) throws(Violation) {
        for scalar in text.unicodeScalars where scalar != "\n" {
            try require(scalar.properties.generalCategory != .control, "a control character: \(text.debugDescription)")
        }
    }

    private static let elements: Set<Substring> = [
        "!DOCTYPE", "a", "bdi", "body", "caption", "circle", "code", "dd", "details", "div", "dl", "dt", "figcaption",
        "figure", "footer",
        "g", "h1", "h2", "h3", "head", "header", "html", "li", "line", "main", "meta", "nav", "ol", "p", "path",
        "pattern", "rect", "section",
        "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "tfoot", "th", "thead", "time",
        "title", "tr", "ul",
        "defs", "article", "small", "abbr", "polyline", "use",
    ]

    /// Elements of ours alone, whose attributes have their quotes, and that end in their order.
    private static func checkPage(_ page: String) throws(Violation) {
        try checkText(page)
        var open: [Substring] = []
        var rest = page[...]
        while let start = rest.firstIndex(of: "<") {
            guard let end = rest[start...].firstIndex(of: ">") else {
                throw Violation(description: "an element that does not end")
            }
            let tag = rest[rest.index(after: start)..<end]
            rest = rest[rest.index(after: end)...]
            let name = tag.prefix { $0 != " " }
            if name.hasPrefix("/") {
                try require(open.popLast() == name.dropFirst(), "an end of nothing: \(tag)")
                continue
            }
            try require(elements.contains(name), "an element that is none of ours: \(tag)")
            try require(tag.utf8.count { $0 == 0x22 }.isMultiple(of: 2), "a quote in an attribute: \(tag)")
            try require(!tag.contains(" on") || !tag.contains("=\"javascript"), "a script: \(tag)")
            if !["!DOCTYPE", "meta"].contains(name) { open.append(name) }
        }
        try require(open.isEmpty, "elements that do not end: \(open)")
    }
}
