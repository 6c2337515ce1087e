// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Complain mode: what would be filtered passes and is recorded, but not all of it.
@Suite struct ComplainTests {
    private static let policy = Policy([
        CompiledProfile(
            commands: [
                "GETINFO": [.allow("version"), .replace("bad", by: " {client-address}")],
                "SIGNAL": [.answer("HUP", "250 no")], "ADD_ONION": [.allow(".*")],
            ],
            denies: ["GETINFO": ["address"], "SETEVENTS": ["DEBUG"]],
            events: ["BW": .listed, "STREAM": .suppressed],
            complains: true
        )
    ])

    private func complaint(_ line: String, policy: Policy = Self.policy, client: Client = .local) -> String {
        let facts = SessionFacts.facts(of: client)
        let command = command(line)
        return policy.complain(policy.decide(command, facts: facts), command, facts: facts).summary
    }

    static let rows: [(line: String, outcome: String)] = [
        // What a rule decides stays as it is.
        ("GETINFO version", "> GETINFO version"),
        ("SIGNAL HUP", "= 250 no"),
        // What no rule allows passes as sent.
        ("GETINFO version x", "> GETINFO version x"),
        ("SIGNAL NEWNYM ", "> SIGNAL NEWNYM "),
        ("SETCONF UseBridge=1", "> SETCONF UseBridge=1"),
        ("GETCONF UseBridge", "> GETCONF UseBridge"),
        ("SETEVENTS CIRC BW", "> SETEVENTS CIRC BW"),
        ("SETEVENTS circ STREAM", "> SETEVENTS CIRC"),
        ("SETEVENTS CIRC \"STREAM\"", unreadable),
        // What stays forbidden.
        ("GETINFO address", denied),
        ("GETINFO version address", denied),
        ("SETEVENTS DEBUG CIRC", denied),
        ("GETINFO bad", "! the replacement gives a line that cannot be sent"),
        ("SETCONF Bridge=\"\\n\"", "! a quoted string hides a control character"),
        ("ADD_ONION NEW:BEST Port=80", "> ADD_ONION NEW:BEST Port=80,127.0.0.1:80"),
        ("ADD_ONION NEW:BEST Port=9051", "! the service would lead to a control port"),
        (
            "ADD_ONION NEW:BEST Port=80,localhost:80",
            "! ADD_ONION is refused: a port or target is none: a port, or a literal address with a port, in plain decimal"
        ),
        ("AUTHENTICATE 00", "! answered by onion-sieve itself"),
        ("QUIT", "! answered by onion-sieve itself"),
        ("AUTHCHALLENGE SAFECOOKIE 00", noRule),
    ]

    @Test(arguments: rows)
    func aWatchedClientGetsWhatNothingForbids(line: String, outcome: String) {
        #expect(complaint(line) == outcome)
    }

    @Test func aServiceThatNoRuleAllowsIsStillReadAndGuarded() {
        let policy = Policy([CompiledProfile(complains: true)])
        #expect(complaint("ADD_ONION NEW:BEST Port=80", policy: policy) == "> ADD_ONION NEW:BEST Port=80,127.0.0.1:80")
        for port in ["9051", "80,[::1]:951", "80,unix:/run/tor/control", "80,9050", "80,localhost:1"] {
            #expect(complaint("ADD_ONION NEW:BEST Port=\(port)", policy: policy) == noRule)
        }
    }

    @Test func torBrowserModeStands() {
        let policy = Policy([CompiledProfile(isTorBrowserMode: true, complains: true)])
        #expect(complaint("GETINFO circuit-status", policy: policy) == "> GETINFO circuit-status {circuits}")
        #expect(
            complaint("GETINFO version stream-status", policy: policy) == "> GETINFO version stream-status {- streams}")
        #expect(complaint("SETEVENTS STREAM CIRC_BW BW", policy: policy) == "> SETEVENTS STREAM BW")
    }

    @Test(arguments: [Client.remote, Client(transport: .ownAddress(ip("10.152.152.10"), port: 1))])
    func aRemoteClientIsNeverOnlyWatched(_ client: Client) {
        #expect(complaint("GETINFO config-file", client: client) == noRule)
    }

    /// `--complain=USER` watches a program before it has a profile; whom it is for is the daemon's to say.
    @Test func aWatchedClientNeedsNoProfile() {
        #expect(complaint("GETINFO version", policy: .empty) == "> GETINFO version")
    }

    @Test func aDataBlockIsNeverLost() throws {
        for name in ["+LOADCONF", "+SETEVENTS", "+ADD_ONION", "+QUIT", "+AUTHCHALLENGE"] {
            let block = command("\(name) BW", body: ["x"])
            let facts = SessionFacts.facts(of: .local)
            let verdict = Self.policy.complain(Self.policy.decide(block, facts: facts), block, facts: facts)
            if name == "+LOADCONF" {
                #expect(verdict.sent == block)
            } else {
                #expect(verdict.summary == noRule)
            }
        }
    }

    @Test func theRecordTellsWhyItWouldHaveBeenFiltered() {
        let facts = SessionFacts.facts(of: .local)
        let command = command("GETINFO x")
        let verdict = Self.policy.complain(Self.policy.decide(command, facts: facts), command, facts: facts)
        #expect(verdict.reason == .complaining(.noRule))
        #expect(verdict.reason.text == "complain mode; else: no rule matches")
    }
}
