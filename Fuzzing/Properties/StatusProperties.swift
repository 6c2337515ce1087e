// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Monitoring

/// What holds for anything that may come out of the socket that `status` asks: another program may have it.
enum StatusProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        let text = String(decoding: input, as: UTF8.self)
        guard let report = StatusReport(parsing: text) else { return }
        let written = report.encoded
        guard let again = StatusReport(parsing: written) else {
            throw Violation(description: "it is not read again: \(written)")
        }
        try require(again.encoded == written, "it reads differently once written: \(written)")
        for line in PrometheusText.text(report).split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let isComment = line.hasPrefix("# HELP ") || line.hasPrefix("# TYPE ")
            let value = line.split(separator: " ").last.flatMap { Double($0) }
            try require(isComment || line.hasPrefix("onion_sieve_") && value != nil, "no line of metrics: \(line)")
        }
    }
}
