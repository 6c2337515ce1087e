// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Reports

/// What text becomes in a page.
struct HTMLTests {
    private static let texts = [
        ("plain", "plain"),
        ("<script>", "&lt;script&gt;"),
        ("\"><img src=x onerror='x'>", "&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;"),
        ("&lt;", "&amp;lt;"),
        ("\u{202E}abc\u{1B}[2J\u{0}\n\u{85}", "\\u{202e}abc\\u{1b}[2J\\u{0}\\u{a}\\u{85}"),
        ("e\u{0301}", "e\\u{301}"),
        ("Überwachung", "Überwachung"),
    ]

    @Test("Text goes in escaped, as contents and as an attribute", arguments: texts)
    func escaping(text: String, source: String) {
        #expect(HTML(text).source == source)
        #expect(HTML("p", text).source == "<p>\(source)</p>")
        #expect(HTML("p", ["title": text], []).source == "<p title=\"\(source)\"></p>")
    }

    @Test("An attribute without a value is left out")
    func absentAttribute() {
        #expect(HTML("p", ["class": nil, "id": "x"], "").source == "<p id=\"x\"></p>")
        #expect(HTML.void("meta", ["name": "x"]).source == "<meta name=\"x\">")
    }

    @Test("Every page forbids what it does not need, and has no script", arguments: [true, false])
    func policy(isEmpty: Bool) {
        let page = ReportPage(Records.summary(isEmpty ? [] : SampleTrail.week.lines)).text
        #expect(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'\""))
        for forbidden in ["<script", "<img", "<link", "@import", "javascript:\"", "src=\"", "http://", "https://"] {
            #expect(!page.contains(forbidden), "\(forbidden)")
        }
    }
}
