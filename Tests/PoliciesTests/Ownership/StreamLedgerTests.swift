// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct StreamLedgerTests {
    private func ledger(_ steps: [String]) -> StreamLedger {
        var ledger = StreamLedger()
        ledger.existing([])
        for step in steps { Self.take(step, &ledger) }
        return ledger
    }

    /// `own 1 NEW 0 a:80`, `STREAM …`, `CIRC …`, `existing …`, `shown ID`.
    private static func take(_ step: String, _ ledger: inout StreamLedger) {
        let text = String(step.drop { $0 != " " }.dropFirst())
        switch step.prefix(while: { $0 != " " }) {
        case "own": if let event = StreamEvent(text) { ledger.took(event, isOwn: true) }
        case "STREAM": if let event = StreamEvent(text) { ledger.took(event, isOwn: false) }
        case "CIRC": if let event = CircuitEvent(text) { ledger.took(event) }
        case "existing": ledger.existing(text == "nothing" ? nil : text.split(separator: ",").map(String.init))
        case "shown": if let circuit = CircuitID(text) { ledger.shown(circuit) }
        default: Issue.record("\(step)")
        }
    }

    private static let table: [(steps: [String], summary: String)] = [
        ([], ""),
        (["own 1 NEW 0 a:80"], "stream"),
        (["STREAM 1 NEW 0 a:80"], ""),
        (["own 1 NEW 0 a:80", "STREAM 1 SENTCONNECT 1 a:80"], "stream circuit all"),
        // A stream that began before is nobody's, even if a later event looks like one's own.
        (["own 1 SENTCONNECT 1 a:80"], ""),
        (["existing 1 SUCCEEDED 1 a:80", "own 1 SENTCONNECT 1 a:80"], ""),
        // Tor's list may come before the event that a stream of the list has begun.
        (["existing 1 NEW 0 a:80", "own 1 NEW 0 a:80"], "stream"),
        (["own 1 NEW 0 a:80", "existing 1 NEW 0 a:80"], "stream"),
        // FAILED is followed by CLOSED; the number is free then.
        (["own 1 NEW 0 a:80", "STREAM 1 FAILED 0 a:80"], "stream"),
        (["own 1 NEW 0 a:80", "STREAM 1 FAILED 0 a:80", "STREAM 1 CLOSED 0 a:80"], ""),
        (["own 1 NEW 0 a:80", "STREAM 1 CLOSED 0 a:80", "STREAM 1 NEW 0 a:80"], ""),
        (["own 1 NEW 0 a:80", "STREAM 1 NEW 0 a:80"], ""),
        (["STREAM 1 NEW 0 a:80", "own 1 NEW 0 a:80"], "stream"),
        // A circuit stays one's own when the stream is over, and not beyond its own end.
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "STREAM 1 CLOSED 1 a:80"], "circuit all"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 CLOSED"], "stream"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 FAILED"], "stream"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 CLOSED", "STREAM 1 CLOSED 1 a:80"], ""),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 LAUNCHED"], "stream"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 BUILT $A"], "stream circuit all"),
        // Another's stream on it, now or before the session: it is not to be closed.
        (
            ["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "STREAM 2 NEW 0 b:80", "STREAM 2 SENTCONNECT 1 b:80"],
            "stream circuit"
        ),
        (
            [
                "own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "STREAM 2 NEW 0 b:80", "STREAM 2 SENTCONNECT 1 b:80",
                "STREAM 2 DETACHED 1 b:80",
            ], "stream circuit all"
        ),
        (["existing 2 SUCCEEDED 1 b:80", "own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80"], "stream circuit"),
        (["STREAM 2 SUCCEEDED 1 b:80", "own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80"], "stream circuit"),
        // What was there is not known.
        (["existing nothing", "own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80"], "stream circuit"),
        (["existing what is this", "own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80"], "stream circuit"),
        // The legs of a Conflux set belong together; of a leg without a set nobody knows.
        (
            [
                "own 1 NEW 0 a:80", "CIRC 1 BUILT $A PURPOSE=CONFLUX_LINKED CONFLUX_ID=A",
                "CIRC 2 BUILT $A PURPOSE=CONFLUX_LINKED CONFLUX_ID=A", "STREAM 1 SUCCEEDED 2 a:80",
            ], "stream circuit all"
        ),
        (
            [
                "own 1 NEW 0 a:80", "CIRC 1 BUILT $A PURPOSE=CONFLUX_LINKED CONFLUX_ID=A",
                "CIRC 2 BUILT $A PURPOSE=CONFLUX_LINKED CONFLUX_ID=B", "STREAM 1 SUCCEEDED 2 a:80",
            ], "stream"
        ),
        (
            [
                "own 1 NEW 0 a:80", "CIRC 1 BUILT $A CONFLUX_ID=A", "CIRC 2 BUILT $A CONFLUX_ID=A",
                "STREAM 1 SUCCEEDED 1 a:80", "STREAM 2 NEW 0 b:80", "STREAM 2 SUCCEEDED 2 b:80",
            ], "stream circuit"
        ),
        (
            [
                "own 1 NEW 0 a:80", "CIRC 1 BUILT $A CONFLUX_ID=A", "CIRC 2 BUILT $A PURPOSE=CONFLUX_UNLINKED",
                "STREAM 1 SUCCEEDED 1 a:80", "STREAM 2 NEW 0 b:80", "STREAM 2 SUCCEEDED 2 b:80",
            ], "stream circuit"
        ),
        (
            [
                "own 1 NEW 0 a:80", "CIRC 1 BUILT $A CONFLUX_ID=A", "CIRC 2 BUILT $A CONFLUX_ID=B",
                "STREAM 1 SUCCEEDED 1 a:80", "STREAM 2 NEW 0 b:80", "STREAM 2 SUCCEEDED 2 b:80",
            ], "stream circuit all"
        ),
        (
            [
                "own 1 NEW 0 a:80", "CIRC 2 BUILT $A PURPOSE=CONFLUX_UNLINKED",
                "CIRC 1 BUILT $A PURPOSE=CONFLUX_UNLINKED",
                "STREAM 1 SUCCEEDED 2 a:80",
            ], "stream"
        ),
        // A circuit is told of only while it is one's own.
        (["shown 1"], ""),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "shown 1"], "stream circuit all shown"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "shown 1", "CIRC 1 CLOSED"], "stream"),
        (["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "CIRC 1 CLOSED", "shown 1"], "stream"),
    ]

    @Test(arguments: table)
    func streamsAndCircuitsAreOnesOwnAsLongAsItIsKnown(steps: [String], summary: String) throws {
        let ledger = ledger(steps)
        let stream = try #require(StreamID("1"))
        let circuit = try #require(CircuitID("1"))
        let found = [
            ledger.owns(stream) ? "stream" : nil, ledger.owns(circuit) ? "circuit" : nil,
            ledger.ownsAllStreams(of: circuit) ? "all" : nil, ledger.wasShown(circuit) ? "shown" : nil,
        ]
        #expect(found.compactMap(\.self).joined(separator: " ") == summary)
    }

    @Test func moreStreamsThanAreFollowedMakeNoCircuitOnesOwnToClose() throws {
        var ledger = ledger(["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80"])
        let circuit = try #require(CircuitID("1"))
        #expect(ledger.ownsAllStreams(of: circuit))
        for number in 2...20_000 { Self.take("STREAM \(number) NEW 0 b:80", &ledger) }
        #expect(!ledger.ownsAllStreams(of: circuit))
        #expect(ledger.owns(circuit))
    }

    @Test func aCircuitThatTheSessionHasExtendedIsItsOwn() throws {
        var ledger = ledger([])
        let circuit = try #require(CircuitID("7"))
        ledger.extended(circuit)
        #expect(ledger.ownsAllStreams(of: circuit))
    }

    @Test(
        arguments: [
            (["CIRC 1 FAILED"], true), (["CIRC 1 CLOSED"], false), (["CIRC 1 LAUNCHED"], false),
            (["CIRC 1 FAILED", "CIRC 1 CLOSED"], false), (["CIRC 1 FAILED", "CIRC 1 LAUNCHED"], false),
            (["CIRC 1 FAILED", "CIRC 1 FAILED"], true), (["CIRC 2 FAILED"], true),
        ] as [([String], Bool)])
    func `of a circuit of one's own that failed only its end is still told`(events: [String], isTold: Bool) throws {
        let ledger = ledger(["own 1 NEW 0 a:80", "STREAM 1 SUCCEEDED 1 a:80", "shown 1"] + events)
        let circuit = try #require(CircuitID("1"))
        #expect(ledger.ownsEnd(of: circuit) == isTold)
        #expect(ledger.owns(circuit) == (events == ["CIRC 2 FAILED"]))
        #expect(!ledger.ownsEnd(of: try #require(CircuitID("2"))))
    }

    @Test func `failed circuits beyond the bound are forgotten at once`() throws {
        let steps = (1...257).flatMap {
            ["own \($0) NEW 0 a:80", "STREAM \($0) SUCCEEDED \($0) a:80", "CIRC \($0) FAILED"]
        }
        let ledger = ledger(steps)
        #expect(ledger.ownsEnd(of: try #require(CircuitID("256"))))
        #expect(!ledger.ownsEnd(of: try #require(CircuitID("257"))))
    }
}
