// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// A summary as one page of HTML for a browser, or for paper: it fetches nothing, and no script is in it.
package struct ReportPage: Sendable {
    /// What is shown at most; the rest is counted, and said to be left out.
    static let mostApplications = 60
    static let mostCharts = 10
    static let mostRefusals = 40
    static let mostRefusalsInAll = 400
    static let mostOutages = 40
    /// Days in which somebody is new.
    static let newDays: Int64 = 7

    let summary: TrailSummary
    let applications: [ApplicationSummary]
    let sentences: SummarySentences

    package init(_ summary: TrailSummary) {
        self.summary = summary
        applications = summary.applications
        sentences = SummarySentences(summary)
    }

    /// The same for the same trail, whenever it is made.
    package var text: String {
        let page = HTML("html", ["lang": "en"], [head.onItsOwnLine, body.onItsOwnLine])
        return HTML(verbatim: "<!DOCTYPE html>\n").source + page.source + "\n"
    }

    private var title: String {
        guard let first = summary.first, let last = summary.last else { return "onion-sieve audit: no records" }
        return "onion-sieve audit: \(first.day) to \(last.day)"
    }

    private var head: HTML {
        HTML(
            "head",
            [
                HTML.void("meta", ["charset": "utf-8"]),
                Self.securityPolicy.onItsOwnLine,
                HTML.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]).onItsOwnLine,
                HTML.void("meta", ["name": "color-scheme", "content": "light dark"]).onItsOwnLine,
                HTML.void("meta", ["name": "referrer", "content": "no-referrer"]).onItsOwnLine,
                HTML("title", title).onItsOwnLine,
                StyleSheet.element.onItsOwnLine,
            ])
    }

    /// Nothing is fetched, nothing runs, also if something should have got in.
    private static let securityPolicy = HTML(
        verbatim:
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )

    private var body: HTML {
        let sections = self.sections
        return HTML(
            "body",
            [
                HTML("a", ["class": "skip", "href": "#content"], "Skip to the report"),
                HTML(
                    "div", ["class": "page"],
                    [
                        header(sections).onItsOwnLine,
                        HTML("main", ["id": "content"], [notice] + sections.map(\.html)).onItsOwnLine,
                        HTML(
                            "footer", [:],
                            [
                                HTML(
                                    "p",
                                    "Made by onion-sieve from an audit trail. All times are in UTC. Secrets are not in the trail."
                                )
                            ]
                        ).onItsOwnLine,
                    ]
                ).onItsOwnLine,
            ])
    }

    private func header(_ sections: [Section]) -> HTML {
        HTML(
            "header",
            [
                HTML("p", ["class": "eyebrow"], "onion-sieve audit"),
                HTML("h1", "What was asked of tor, and what was refused"),
                HTML("p", ["class": "period"], period).onItsOwnLine,
                facts.onItsOwnLine,
                HTML(
                    "nav", ["aria-label": "Sections"],
                    [
                        HTML(
                            "ul",
                            sections.map { HTML("li", [HTML("a", ["href": "#\($0.name)"], $0.title)]).onItsOwnLine })
                    ]
                ).onItsOwnLine,
            ])
    }

    private var period: [HTML] {
        guard let first = summary.first, let last = summary.last else {
            return [HTML("There are no records in this trail.")]
        }
        return [HTML("From "), Self.time(first), HTML(" to "), Self.time(last), HTML(" UTC")]
    }

    private var facts: HTML {
        let decisions = summary.decisions
        let about = summary.isSessionCountExact ? "" : "about "
        var facts = [
            ("Sessions", about + Figure.text(summary.sessions), false),
            ("Commands", Figure.text(decisions.all), false),
            ("Refused", Figure.text(decisions.filter), decisions.filter > 0),
            ("Clients without a profile", Figure.text(UInt64(strangers.count)), false),
        ]
        if decisions.complaints > 0 {
            facts.append(("Passed by complain mode", Figure.text(decisions.complaints), false))
        }
        if summary.rejections > 0 { facts.append(("Connections rejected", Figure.text(summary.rejections), true)) }
        return HTML(
            "dl", ["class": "facts"],
            facts.map { name, figure, isMarked in
                HTML("div", ["class": isMarked ? "refused" : nil], [HTML("dt", name), HTML("dd", figure)]).onItsOwnLine
            })
    }

    /// What must not be overlooked.
    private var notice: HTML {
        let probes = applications.filter { $0.probe != nil }.prefix(Self.mostCharts).map { application in
            HTML(
                "p",
                [HTML("strong", [Self.name(application)]), HTML(": "), HTML(application.probe?.text ?? "")])
        }
        let missing =
            summary.missingRecords > 0
            ? [HTML("p", "\(Figure.text(summary.missingRecords, "record")) could not be written: the trail has gaps.")]
            : []
        guard !probes.isEmpty || !missing.isEmpty else { return .none }
        return HTML("div", ["class": "notice", "role": "note", "aria-label": "Look at this first"], probes + missing)
            .onItsOwnLine
    }

    // MARK: Sections

    struct Section {
        /// Its place in the page.
        let name: String
        let title: String
        let contents: [HTML]

        var html: HTML {
            HTML(
                "section", ["id": name, "aria-labelledby": "\(name)-title"],
                [HTML("h2", ["id": "\(name)-title"], title)] + contents
            ).onItsOwnLine
        }
    }

    private var sections: [Section] {
        [
            Section(name: "timeline", title: "Time line", contents: timeline),
            Section(name: "applications", title: "Applications", contents: applicationTable),
            Section(name: "strangers", title: "Clients without a profile", contents: strangerTable),
            Section(name: "refused", title: "Refused commands", contents: refused),
            Section(name: "new", title: "New this week", contents: newcomers),
            Section(name: "gaps", title: "Tor\u{2019}s absences and gaps", contents: gaps),
            Section(name: "not-understood", title: "Not understood", contents: notUnderstood),
        ]
    }
}
