// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit

/// Which records of a trail count.
struct TrailFilterOptions: ParsableArguments {
    @Option(
        name: .customLong("decision"),
        help: ArgumentHelp(
            "Only commands that this became of: forward, rewrite, answer or filter; may be repeated.",
            valueName: "decision")
    )
    var decisions: [AuditedCommand.Decision] = []

    @Option(
        name: .customLong("client"),
        help: ArgumentHelp(
            "Only clients of this user (name or number), address or network, executable, AppArmor label, unit or application's "
                + "socket; may be repeated.",
            valueName: "who")
    )
    var clients: [String] = []

    @Option(
        help: ArgumentHelp(
            "Only what happened then or later: \(TimeExpression.forms) ago.", valueName: "time"),
        transform: { try TrailFilterOptions.time($0) }
    )
    var since: TimeExpression?

    @Option(
        help: ArgumentHelp("Only what happened before then.", valueName: "time"),
        transform: { try TrailFilterOptions.time($0) })
    var until: TimeExpression?

    private static func time(_ text: String) throws -> TimeExpression {
        guard let expression = TimeExpression(text) else {
            throw ValidationError("\(text): expected \(TimeExpression.forms)")
        }
        return expression
    }

    /// - Parameter profiles: names; only clients that one of them was for, unless there is none.
    func filter(profiles: [String], now: Timestamp) -> TrailFilter {
        var filter = TrailFilter()
        filter.profiles = Set(profiles)
        filter.decisions = Set(decisions)
        filter.clients = Set(clients.map { TrailFilter.Subject($0) })
        filter.since = since?.moment(now: now)
        filter.until = until?.moment(now: now)
        return filter
    }
}

extension AuditedCommand.Decision: ExpressibleByArgument {}
