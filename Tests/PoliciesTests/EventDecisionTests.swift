// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// SETEVENTS, events, and what `tor-browser-mode` closes.
@Suite struct EventDecisionTests {
    static let subscriptions: [(line: String, outcome: String)] = [
        ("SETEVENTS", "> SETEVENTS"),
        ("SETEVENTS BW", "> SETEVENTS BW"),
        ("setevents bw", "> SETEVENTS BW"),
        ("SETEVENTS  BW  signal ", "> SETEVENTS BW SIGNAL"),
        ("SETEVENTS BW BW", "> SETEVENTS BW"),
        ("SETEVENTS EXTENDED BW", "> SETEVENTS BW"),
        ("SETEVENTS extended authdir_newdescs", "> SETEVENTS"),
        ("SETEVENTS STREAM", "> SETEVENTS"),
        ("SETEVENTS STREAM BW", "> SETEVENTS BW"),
        ("SETEVENTS CIRC", "! no profile lists the event CIRC"),
        ("SETEVENTS BW CIRC", "! no profile lists the event CIRC"),
        ("SETEVENTS BW NONSENSE", "! it names an event that no profile lists"),
        ("SETEVENTS BW \"CIRC\"", unreadable),
        ("SETEVENTS BW,CIRC", unreadable),
        ("SETEVENTS BW=1", unreadable),
    ]

    @Test(arguments: subscriptions)
    func everyEventOfASubscriptionMustBeListed(line: String, outcome: String) {
        let profile = CompiledProfile(
            // Rules under SETEVENTS do nothing.
            commands: ["SETEVENTS": [.allow(".*"), .allow(".* .*")]],
            events: ["BW": .listed, "SIGNAL": .rewritten(ReplyRewriting([])), "STREAM": .suppressed]
        )
        #expect(Policy([profile]).outcome(line) == outcome)
    }

    private func delivery(_ decision: EventDecision) -> String {
        switch decision {
        case .refuse: "refuse"
        case .suppress: "suppress"
        case .deliver(let rewriting, .none): rewriting == nil ? "deliver" : "rewrite"
        case .deliver(_, .own): "own"
        case .deliver(_, .closedCircuits): "closed circuits"
        }
    }

    @Test(
        arguments: [
            ("BW", "deliver", "deliver"), ("SIGNAL", "rewrite", "rewrite"), ("STREAM", "suppress", "suppress"),
            ("CIRC", "refuse", "deliver"),
        ]
    )
    func anEventIsDeliveredWhereAProfileListsIt(name: String, outcome: String, complaining: String) {
        let policy = Policy([
            CompiledProfile(
                events: ["BW": .listed, "SIGNAL": .rewritten(ReplyRewriting([])), "STREAM": .suppressed]
            )
        ])
        #expect(delivery(policy.decide(event(name))) == outcome)
        #expect(delivery(policy.decide(event(name), complaining: false)) == outcome)
        #expect(delivery(policy.decide(event(name), complaining: true)) == complaining)
    }

    @Test func theEmptyPolicyDeliversNothing() {
        #expect(delivery(Policy.empty.decide(event("BW"))) == "refuse")
    }

    // MARK: tor-browser-mode

    private static let browser = Policy([
        CompiledProfile(
            commands: [
                "GETINFO": [
                    .allow("circuit-status|stream-status|version"), .allow("version circuit-status"),
                    .replace("circuits", by: "circuit-status"), .replace("both", by: "circuit-status version"),
                ]
            ],
            events: [
                "STREAM": .listed, "CIRC": .rewritten(ReplyRewriting([])), "CIRC_MINOR": .listed, "CIRC_BW": .listed,
                "STREAM_BW": .listed, "ADDRMAP": .listed, "SIGNAL": .listed,
            ],
            isTorBrowserMode: true
        )
    ])

    @Test(
        arguments: [
            ("GETINFO circuit-status", "> GETINFO circuit-status {circuits}"),
            ("GETINFO stream-status", "> GETINFO stream-status {streams}"),
            ("GETINFO circuits", "> GETINFO circuit-status {circuits}"),
            ("GETINFO version", "> GETINFO version"),
            ("GETINFO both", "> GETINFO circuit-status version {circuits -}"),
            ("GETINFO version circuit-status", "> GETINFO version circuit-status {- circuits}"),
            ("GETINFO circuit-status stream-status", "> GETINFO circuit-status stream-status {circuits streams}"),
            ("GETINFO  circuit-status ", "> GETINFO circuit-status {circuits}"),
            ("SETEVENTS STREAM CIRC SIGNAL", "> SETEVENTS STREAM CIRC SIGNAL"),
            ("SETEVENTS CIRC_MINOR CIRC_BW STREAM_BW ADDRMAP", "> SETEVENTS"),
            ("SETEVENTS GUARD", "! no profile lists the event GUARD"),
        ]
    )
    func torBrowserModeCutsWhatTellsOfOthersStreams(line: String, outcome: String) {
        #expect(Self.browser.outcome(line) == outcome)
    }

    @Test(
        arguments: [
            ("STREAM", "own"), ("CIRC", "closed circuits"), ("CIRC_MINOR", "suppress"), ("CIRC_BW", "suppress"),
            ("STREAM_BW", "suppress"), ("ADDRMAP", "suppress"),
        ],
        [false, true]
    )
    func torBrowserModeDeliversNoEventOfOthers(_ expected: (name: String, delivery: String), complaining: Bool) {
        #expect(delivery(Self.browser.decide(event(expected.name), complaining: complaining)) == expected.delivery)
        let unlisted = Policy([CompiledProfile(isTorBrowserMode: true)])
        let decision = unlisted.decide(event(expected.name), complaining: complaining)
        #expect(delivery(decision) == (complaining ? expected.delivery : "refuse"))
    }
}
