// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct SetEventsTests {
    @Test(
        "Events are known in any case, each once, without those that tor has retired",
        arguments: [
            Row("", ""), Row("  ", ""), Row("CIRC", "CIRC"), Row("circ  Stream ", "CIRC STREAM"),
            Row("CIRC circ STREAM CIRC", "CIRC STREAM"),
            Row("EXTENDED", ""), Row("extended CIRC", "CIRC"), Row("AUTHDIR_NEWDESCS STREAM", "STREAM"),
            Row("NO_SUCH_EVENT", "NO_SUCH_EVENT"),
            Row("CIRC,STREAM", nil), Row("\"CIRC\"", nil), Row("CIRC é", nil), Row("CIRC\tSTREAM", nil), Row("*", nil),
        ] as [Row<String?>])
    func events(row: Row<String?>) {
        let parsed = SetEvents(arguments: row.input)
        #expect(parsed?.encoded == row.expected)
        if let parsed { #expect(SetEvents(arguments: parsed.encoded) == parsed) }
    }

    @Test("Known and retired events are spelt as they are parsed, and are apart")
    func tables() {
        for name in EventName.known.union(EventName.retired) { #expect(EventName(name.name) == name) }
        #expect(EventName.known.isDisjoint(with: EventName.retired))
        #expect(EventName.known.isSuperset(of: [.circuit, .stream]))
    }
}
