// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@Suite struct SubscriptionLedgerTests {
    private static func events(_ text: String) -> [EventName] { text.words.compactMap { EventName($0) } }

    private static func ledger(own: String, client: String = "") -> SubscriptionLedger {
        var ledger = SubscriptionLedger(own: events(own))
        ledger.accepted(events(client))
        return ledger
    }

    @Test(arguments: [
        ("", "", ""),
        ("", "BW NS", "BW NS"),
        ("STREAM CIRC HS_DESC", "", "STREAM CIRC HS_DESC"),
        ("STREAM CIRC HS_DESC", "BW", "BW STREAM CIRC HS_DESC"),
        ("STREAM CIRC HS_DESC", "HS_DESC BW STREAM", "HS_DESC BW STREAM CIRC"),
        ("STREAM CIRC HS_DESC", "BW BW", "BW STREAM CIRC HS_DESC"),
    ])
    func `tor is asked for the client's events, then for ours, each once`(own: String, asked: String, sent: String) {
        #expect(Self.ledger(own: own).request(for: Self.events(asked)).encoded == sent)
        #expect(Self.ledger(own: own, client: asked).renewal.encoded == sent)
    }

    @Test func `what is asked for becomes the client's only when tor has accepted it`() {
        let ledger = Self.ledger(own: "STREAM", client: "BW")
        _ = ledger.request(for: Self.events("NS"))
        #expect(ledger.client == Self.events("BW"))
        #expect(ledger.renewal.encoded == "BW STREAM")
    }

    @Test func `ours are never the client's`() {
        #expect(Self.ledger(own: "STREAM CIRC", client: "BW").client == Self.events("BW"))
    }

    @Test func `ours that this tor refuses are left out, and asked of the next tor again`() {
        var ledger = Self.ledger(own: "STREAM", client: "BW")
        ledger.ownRefused()
        #expect(ledger.renewal.encoded == "BW" && !ledger.includesOwn)
        ledger.linkLost()
        #expect(ledger.renewal.encoded == "BW STREAM" && ledger.includesOwn)
    }

    @Test(arguments: [("", "", true), ("STREAM", "", false), ("", "BW", false)])
    func `tor sends nothing only where neither asks`(own: String, client: String, isEmpty: Bool) {
        #expect(Self.ledger(own: own, client: client).isEmpty == isEmpty)
    }
}
