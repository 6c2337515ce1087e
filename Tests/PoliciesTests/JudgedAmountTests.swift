// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// What is more than is judged is filtered, and nothing loosens that.
struct JudgedAmountTests {
    private static let tooMuch = "! it is more than is judged of one command"

    private static let policy = Policy([
        CompiledProfile(
            commands: [
                "GETINFO": [.allow("[a-z]+( [a-z]+)*")], "GETCONF": [.allow("[A-Za-z]+( [A-Za-z]+)*")],
                "ADD_ONION": [
                    .replace("(\\S+) Port=80", by: "{} Port=81"), .replace("(\\S+) Port=82", by: "NEW:BEST Port=83"),
                ],
            ],
            events: ["BW": .listed],
            complains: true
        )
    ])

    private func outcome(_ line: String, _ policy: Policy = Self.policy) -> String {
        let facts = SessionFacts.facts(of: .local)
        let command = command(line)
        return policy.complain(policy.decide(command, facts: facts), command, facts: facts).summary
    }

    @Test(
        "Keys and options are as many as are judged, whatever rule would match them", arguments: ["GETINFO", "GETCONF"])
    func keys(keyword: String) {
        let most = keyword + String(repeating: " Nickname", count: Limits.keywordArguments)
        #expect(outcome(most) == "> " + most)
        #expect(outcome(most + " Nickname") == Self.tooMuch)
        let blanks = keyword + String(repeating: " ", count: 2000) + "Nickname"
        #expect(outcome(blanks).hasPrefix(">"))
    }

    @Test("Different events are as many as are judged, however often each is named")
    func events() {
        let most = "SETEVENTS" + (0..<Limits.keywordArguments).map { " A\($0)" }.joined()
        #expect(outcome(most) == "> " + most)
        #expect(outcome(most + " A0 A5 A0") == "> " + most)
        #expect(outcome(most + " B") == unreadable)
        #expect(outcome("SETEVENTS" + String(repeating: " BW", count: 5000)) == "> SETEVENTS BW")
    }

    @Test("A rule that denies sees as many events as are judged")
    func deniedEvents() {
        let policy = Policy([CompiledProfile(denies: ["SETEVENTS": ["DEBUG"]], complains: true)])
        let few = "SETEVENTS" + (0..<100).map { " A\($0)" }.joined()
        #expect(outcome(few, policy) == "> " + few)
        let many = "SETEVENTS" + (0..<Limits.keywordArguments).map { " A\($0)" }.joined()
        #expect(outcome(many, policy) == denied)
    }

    @Test("Of a text that is replaced by its parts no more is taken apart than is judged")
    func replaced() {
        func line(_ port: Int, _ length: Int) -> String {
            let (beginning, end) = ("ED25519-V3:", " Port=\(port)")
            let key = String(repeating: "a", count: length - beginning.utf8.count - end.utf8.count)
            return "ADD_ONION " + beginning + key + end
        }
        #expect(outcome(line(80, Limits.replacedText)).hasSuffix(" Port=81,127.0.0.1:81"))
        #expect(outcome(line(80, Limits.replacedText + 1)) == Self.tooMuch)
        // Nothing of it is taken.
        #expect(outcome(line(82, 60_000)) == "> ADD_ONION NEW:BEST Port=83,127.0.0.1:83")
    }
}
