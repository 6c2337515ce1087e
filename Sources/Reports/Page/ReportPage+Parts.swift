// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension ReportPage {
    /// The clients without a profile, and those of which nothing is known.
    var strangers: [ApplicationSummary] {
        applications.filter {
            switch $0.application {
            case .stranger, .unknown: true
            case .profiles, .others: false
            }
        }
    }

    static func time(_ time: Timestamp) -> HTML { HTML("time", ["datetime": time.text], time.minute) }

    static func note(_ text: String) -> HTML { HTML("p", ["class": "note"], text).onItsOwnLine }

    static func name(_ application: ApplicationSummary) -> HTML {
        HTML("bdi", BoundedText.cut(application.application.name))
    }

    static func number(_ number: UInt64) -> HTML {
        number == 0 ? HTML("span", ["class": "zero"], "0") : HTML(Figure.text(number))
    }

    static func refusedNumber(_ number: UInt64) -> HTML {
        number == 0 ? self.number(0) : HTML("span", ["class": "refused"], Figure.text(number))
    }

    static func remark(_ text: String) -> HTML { HTML("span", ["class": "remark"], text) }

    /// What is said of an application below its name.
    static func remarks(_ application: ApplicationSummary) -> [HTML] {
        var remarks = SummarySentences.remarks(on: application)
        var marked: [HTML] = []
        if application.probe != nil {
            marked.append(HTML("span", ["class": "remark mark"], remarks.removeFirst()))
        }
        return marked + remarks.map(remark)
    }

    static func leftOut(_ count: Int, _ noun: String) -> [HTML] {
        count > 0 ? [note("\(Figure.text(UInt64(count), noun)) more left out here.")] : []
    }
}
