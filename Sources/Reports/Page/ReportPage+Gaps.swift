// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension ReportPage {
    var gaps: [HTML] {
        let outages = summary.outages.suffix(Self.mostOutages)
        let earlier = summary.outages.count - outages.count
        let lines = outages.map(SummarySentences.outage) + sentences.missing + (sentences.starts.map { [$0] } ?? [])
        let folded =
            summary.folded > 0
            ? [
                "\(Figure.text(summary.folded)) refusals, drops or connections were counted, but not recorded one by one"
            ] : []
        guard !lines.isEmpty || !folded.isEmpty else {
            return [
                Self.note(
                    "No session lost tor, no records are known to be missing, and no start of onion-sieve is in the trail."
                )
            ]
        }
        return Self.leftOut(earlier, "earlier absence") + [Self.list(lines + folded)]
    }

    var notUnderstood: [HTML] {
        let lines = sentences.notUnderstood
        guard !lines.isEmpty else { return [Self.note("Every line of the trail was understood.")] }
        return [Self.note("These lines are not in the numbers above."), Self.list(lines)]
    }

    private static func list(_ lines: [String]) -> HTML {
        HTML("ul", ["class": "plain"], lines.map { HTML("li", ended($0)).onItsOwnLine }).onItsOwnLine
    }

    /// A sentence with its end; a question has one.
    static func ended(_ sentence: String) -> String { sentence.hasSuffix("?") ? sentence : sentence + "." }
}
