// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Which of several rules decides a command.
@Suite struct RuleOrderTests {
    @Test func aClientThatNoProfileIsForGetsNothing() {
        for line in ["GETINFO version", "SETEVENTS", "SETCONF", "SIGNAL NEWNYM", "ADD_ONION NEW:BEST Port=80"] {
            #expect(Policy.empty.outcome(line) == "! no profile matches")
        }
        #expect(PolicySet([CompiledProfile(selector: ClientSelector())]).policy(for: .remote).isEmpty)
    }

    @Test func aLaterFileOverridesAnEarlierOne() {
        let earlier = CompiledProfile("a", commands: ["GETINFO": [.answer(".*", "250 earlier")]])
        let later = CompiledProfile("b", commands: ["GETINFO": [.answer("version", "250 later")]])
        let policy = PolicySet([earlier], [later]).policy(for: .remote)
        #expect(policy.outcome("GETINFO version") == "= 250 later")
        #expect(policy.outcome("GETINFO address") == "= 250 earlier")
        #expect(policy.profileNames == ["a", "b"])
    }

    @Test func withinAFileTheWrittenOrderDecides() {
        let first = CompiledProfile("a", commands: ["SIGNAL": [.answer("A", "250 1"), .answer("A|B", "250 2")]])
        let second = CompiledProfile("b", commands: ["SIGNAL": [.answer("A|B|C", "250 3")]])
        let policy = PolicySet([first, second]).policy(for: .remote)
        #expect(policy.outcome("SIGNAL A") == "= 250 1")
        #expect(policy.outcome("SIGNAL B") == "= 250 2")
        #expect(policy.outcome("SIGNAL C") == "= 250 3")
        #expect(policy.outcome("SIGNAL D") == noRule)
    }

    @Test func onlyProfilesThatAreForTheClientTakePart() {
        let others = CompiledProfile(
            "a", selector: ClientSelector(hosts: [.address(ip("192.0.2.1"))]),
            commands: ["SIGNAL": [.allow(".*")]], denies: ["GETINFO": [".*"]]
        )
        let own = CompiledProfile("b", commands: ["GETINFO": [.allow("version")]])
        let policy = PolicySet([others], [own]).policy(for: .remote)
        #expect(policy.profileNames == ["b"])
        #expect(policy.outcome("SIGNAL NEWNYM") == noRule)
        #expect(policy.outcome("GETINFO version") == "> GETINFO version")
    }

    @Test(arguments: [false, true])
    func denyRulesOfAnyFileComeBeforeEverything(isLater: Bool) {
        let allowing = CompiledProfile("a", commands: ["SIGNAL": [.answer("NEWNYM", "250 OK"), .allow(".*")]])
        let denying = CompiledProfile("b", denies: ["SIGNAL": ["NEWNYM"]])
        let files = isLater ? PolicySet([allowing], [denying]) : PolicySet([denying], [allowing])
        #expect(files.policy(for: .remote).outcome("SIGNAL NEWNYM") == denied)
        #expect(files.policy(for: .remote).outcome("SIGNAL HUP") == "> SIGNAL HUP")
    }

    @Test func withinAProfileCommandsComeBeforeConfs() {
        let profile = CompiledProfile(
            commands: ["GETCONF": [.answer("Bridge", "250 rule")], "SETCONF": [.answer("Bridge=1", "250 rule")]],
            confs: ["Bridge": [".*"], "UseBridges": nil]
        )
        let policy = Policy([profile])
        #expect(policy.outcome("GETCONF Bridge") == "= 250 rule")
        #expect(policy.outcome("GETCONF UseBridges") == "> GETCONF UseBridges")
        #expect(policy.outcome("SETCONF Bridge=1") == "= 250 rule")
        #expect(policy.outcome("SETCONF Bridge=2") == "> SETCONF Bridge=2")
    }

    @Test func confsOfALaterFileComeBeforeCommandsOfAnEarlierOne() {
        let earlier = CompiledProfile(
            "a", commands: ["GETCONF": [.answer(".*", "250 earlier")], "SETCONF": [.answer(".*", "250 earlier")]]
        )
        let later = CompiledProfile("b", confs: ["Bridge": ["x"]])
        let policy = PolicySet([earlier], [later]).policy(for: .remote)
        #expect(policy.outcome("GETCONF Bridge") == "> GETCONF Bridge")
        #expect(policy.outcome("SETCONF Bridge=x") == "> SETCONF Bridge=x")
        #expect(policy.outcome("GETCONF UseBridges") == "= 250 earlier")
        #expect(policy.outcome("SETCONF Bridge=y") == "= 250 earlier")
    }

    /// What no single rule or entry allows is not allowed by two that each allow a part of it.
    @Test func partsOfProfilesAreNotCombinedIntoAPermission() {
        let reading = CompiledProfile("a", confs: ["Bridge": nil])
        let writing = CompiledProfile("b", confs: ["UseBridges": ["1"]])
        let policy = PolicySet([reading], [writing]).policy(for: .remote)
        #expect(policy.outcome("SETCONF Bridge=1") == noRule)
        #expect(policy.outcome("SETCONF UseBridges=1 Bridge=1") == noRule)

        let values = PolicySet(
            [CompiledProfile("a", confs: ["Bridge": ["a"]])], [CompiledProfile("b", confs: ["Bridge": ["b"]])]
        ).policy(for: .remote)
        #expect(values.outcome("SETCONF Bridge=a Bridge=b") == "> SETCONF Bridge=a Bridge=b")
        #expect(values.outcome("SETCONF Bridge=ab") == noRule)
    }

    @Test func forEventsTheEntryOfTheLaterFileStands() {
        let earlier = CompiledProfile("a", events: ["SIGNAL": .listed, "BW": .suppressed])
        let later = CompiledProfile("b", events: ["SIGNAL": .suppressed, "BW": .listed])
        let policy = PolicySet([earlier], [later]).policy(for: .remote)
        #expect(policy.outcome("SETEVENTS SIGNAL BW") == "> SETEVENTS BW")
    }

    @Test(arguments: [false, true])
    func torBrowserModeOfAnyProfileIsTheModeOfAll(isLater: Bool) {
        let open = CompiledProfile(
            "a", commands: ["GETINFO": [.allow(".*")]], events: ["ADDRMAP": .listed]
        )
        let strict = CompiledProfile("b", isTorBrowserMode: true)
        let files = isLater ? PolicySet([open], [strict]) : PolicySet([strict], [open])
        let policy = files.policy(for: .remote)
        #expect(policy.outcome("SETEVENTS ADDRMAP") == "> SETEVENTS")
        #expect(policy.outcome("GETINFO stream-status") == "> GETINFO stream-status {streams}")
    }

    @Test func aPolicyComplainsOnlyWhereEveryProfileDoes() {
        let watched = CompiledProfile("a", complains: true)
        #expect(Policy([watched]).complains)
        #expect(Policy([watched, watched]).complains)
        #expect(!Policy([watched, CompiledProfile("b")]).complains)
        #expect(!Policy.empty.complains)
    }

    static let wholeTexts: [(rule: CommandRule, line: String, outcome: String)] = [
        (.allow("NEWNYM"), "SIGNAL NEWNYM", "> SIGNAL NEWNYM"),
        (.allow("NEWNYM"), "signal NEWNYM", "> SIGNAL NEWNYM"),
        (.allow("NEWNYM"), "SIGNAL newnym", noRule),
        (.allow("NEWNYM"), "SIGNAL NEWNYM ", noRule),
        (.allow("NEWNYM"), "SIGNAL NEWNYM x", noRule),
        (.allow("NEWNYM"), "SIGNAL xNEWNYM", noRule),
        (.allow("NEWNYM"), "SIGNAL", noRule),
        (.allow("A|B"), "SIGNAL AxB", noRule),
        (.allow("A|B"), "SIGNAL Ax", noRule),
        (.allow("A|B"), "SIGNAL xB", noRule),
        (.allow(""), "SIGNAL", "> SIGNAL"),
        (.allow(""), "SIGNAL NEWNYM", noRule),
        (.allow(".*"), "SIGNALS NEWNYM", noRule),
        (.allow(".*"), "+SIGNAL NEWNYM", noRule),
        (.allow(".*"), "SIGNAL \"a\\r\\n250 OK\"", "! a quoted string hides a control character"),
        (.allow(".*"), "SIGNAL a\" b=\"\\r\\n250 OK\"", "! a quoted string hides a control character"),
        (.allow(".*"), "SIGNAL \"\\177\"", "! a quoted string hides a control character"),
        (.allow(".*"), "SIGNAL \"\\xff\"", "! a quoted string hides a control character"),
        (.allow(".*"), "SIGNAL \"a\\\"b\\\\n\"", "> SIGNAL \"a\\\"b\\\\n\""),
        (.replace("(.*) (.*)", by: "{1} {0}"), "SIGNAL a b", "> SIGNAL b a"),
        (.replace("(.*)", by: "NEWNYM"), "SIGNAL HUP", "> SIGNAL NEWNYM"),
        (.replace("(.*)", by: ""), "SIGNAL HUP", "> SIGNAL"),
        (
            .replace(".*", by: "{client-address} {client-port} {server-address} {server-port}"), "SIGNAL x",
            "> SIGNAL 10.152.152.11 40000 10.152.152.10 9052"
        ),
        (.replace(".*", by: "{{}}"), "SIGNAL x", "> SIGNAL {}"),
        (.answer(".*", "250-a", "250 OK"), "SIGNAL x", "= 250-a / 250 OK"),
    ]

    @Test(arguments: wholeTexts)
    func theArgumentsAreMatchedWholeAsSent(rule: CommandRule, line: String, outcome: String) {
        let policy = Policy([CompiledProfile(commands: ["SIGNAL": [rule]])])
        let line = line.hasPrefix("+") ? command(line, body: []) : command(line)
        #expect(policy.decide(line, facts: .remote).summary == outcome)
    }

    @Test(
        arguments: [
            (#"(.*)"#, #""\{}""#, "r"),
            (#"(.*)"#, #""\x{}""#, "0a"),
            ("(.*)", " {}", "x"),
            ("(.*)", "caf\u{E9}", "x"),
        ]
    )
    func aTemplateThatGivesWhatCannotBeSentFilters(source: String, replacement: String, arguments: String) {
        let profile = CompiledProfile(commands: [
            "SETCIRCUITPURPOSE": [.replace(source, by: replacement), .allow(".*")]
        ])
        let verdict = Policy([profile]).decide(command("SETCIRCUITPURPOSE " + arguments), facts: .remote)
        #expect(verdict.summary == "! the replacement gives a line that cannot be sent")
    }

    /// A rule for a command is none for the same command with a data block, and the other way round.
    @Test func aCommandWithADataBlockGoesByItsNameWithAPlus() {
        let policy = Policy([
            CompiledProfile(commands: ["+LOADCONF": [.allow("")], "+HSPOST": [.allow("SERVER=.*")]])
        ])
        let verdict = policy.decide(command("+LOADCONF", body: ["SocksPort 0", ".x"]), facts: .remote)
        #expect(verdict.sent == command("+LOADCONF", body: ["SocksPort 0", ".x"]))
        #expect(policy.outcome("LOADCONF") == noRule)
        #expect(policy.decide(command("+HSPOST x", body: []), facts: .remote).summary == noRule)
        for name in ["GETINFO", "GETCONF", "SETCONF", "RESETCONF", "SETEVENTS", "ADD_ONION"] {
            let profile = CompiledProfile(commands: [name: [.allow(".*")]], confs: ["Bridge": [".*"]])
            let block = command("+\(name) Bridge", body: ["x"])
            #expect(Policy([profile]).decide(block, facts: .remote).summary == noRule)
        }
    }

    /// Whatever a profile says, the filter's own answers stand.
    @Test(arguments: ["PROTOCOLINFO 1", "AUTHENTICATE 00", "QUIT", "TAKEOWNERSHIP", "DROPOWNERSHIP"])
    func whatIsAnsweredHereIsNeverForwarded(_ line: String) {
        let name = command(line).keyword.name
        let policy = Policy([CompiledProfile(commands: [name: [.allow(".*")]], complains: true)])
        let facts = SessionFacts.facts(of: .local)
        let verdict = policy.decide(command(line), facts: facts)
        #expect(verdict.summary == "! answered by onion-sieve itself")
        #expect(policy.complain(verdict, command(line), facts: facts).sent == nil)
    }

    @Test func anAllowedChallengeIsAnsweredThatThereAreNoCookies() {
        let rules: [CommandRule] = [.replace("SAFECOOKIE (a.*)", by: "SAFECOOKIE {}"), .allow("SAFECOOKIE b.*")]
        let policy = Policy([CompiledProfile(commands: ["AUTHCHALLENGE": rules], complains: true)])
        #expect(policy.outcome("AUTHCHALLENGE SAFECOOKIE aa") == "= 515 Cookie authentication is disabled")
        #expect(policy.outcome("AUTHCHALLENGE SAFECOOKIE bb") == "= 515 Cookie authentication is disabled")
        #expect(policy.outcome("AUTHCHALLENGE SAFECOOKIE cc") == noRule)
        let facts = SessionFacts.facts(of: .local)
        let refused = command("AUTHCHALLENGE SAFECOOKIE cc")
        #expect(policy.complain(policy.decide(refused, facts: facts), refused, facts: facts).summary == noRule)
    }
}
