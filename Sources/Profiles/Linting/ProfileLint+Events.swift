// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

/// Events that tell more than a client should hear.
extension ProfileLint {
    mutating func checkEvents() {
        for entry in profile.written.events {
            guard let rule = profile.compiled.events[entry.name], !rule.isSuppressed else { continue }
            let isDead = checkResponse(entry, rule)
            checkReach(entry, rule)
            if !isDead { checkLeak(entry, rule) }
        }
    }

    private mutating func checkResponse(_ entry: EventEntry, _ rule: EventRule) -> Bool {
        guard let written = entry.response, let rewriting = rule.response else { return false }
        let name = entry.name.name
        let isDead = checkLines(written, rewriting, ReplyExamples.shape(ofEvent: name), "the event \(name)")
        checkUnmatched(EventExamples.lines(of: name), written, rewriting, at: entry.mark)
        return isDead
    }

    /// What the events that `own` is made for tell without it.
    private static let reachOfEvents: [String: String] = [
        "CIRC": "where everybody's circuits lead",
        "CIRC_MINOR": "what becomes of everybody's circuits",
        "HS_DESC": "which onion services everybody visits and publishes",
        "HS_DESC_CONTENT": "the descriptors of the onion services that everybody visits",
        "STREAM": "which sites everybody visits",
    ]

    private mutating func checkReach(_ entry: EventEntry, _ rule: EventRule) {
        guard let what = Self.reachOfEvents[entry.name.name], !rule.isOwn else { return }
        let isFollowed = ["CIRC", "CIRC_MINOR", "STREAM"].contains(entry.name.name)
        guard !isFollowed || !profile.compiled.isTorBrowserMode else { return }
        let line = EventExamples.lines(of: entry.name.name).first
        tell(
            .withoutOwn,
            "the event \(entry.name) tells, without `own`, \(what)" + (line.map { ", as in `\($0)`" } ?? ""),
            at: entry.mark,
            hint: isFollowed ? "write `own: true`, or `tor-browser-mode: true`" : "write `own: true`"
        )
    }

    private mutating func checkLeak(_ entry: EventEntry, _ rule: EventRule) {
        guard let why = EventExamples.leaks[entry.name.name] else { return }
        let isNarrowed =
            profile.compiled.isTorBrowserMode && ["CIRC_BW", "STREAM_BW", "ADDRMAP"].contains(entry.name.name)
        let lines = EventExamples.lines(of: entry.name.name)
        let isHidden = rule.response.map { Disclosure.isHidden(lines, by: $0, facts: profile.facts()) } ?? false
        guard !isNarrowed, !isHidden else { return }
        tell(
            .leakingEvent,
            "the event \(entry.name) is sent: \(why)",
            at: entry.mark,
            hint: "write `suppress: true` if the program asks for it and does not need it"
        )
    }
}
