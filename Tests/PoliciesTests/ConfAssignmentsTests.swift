// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// SETCONF and RESETCONF under `confs`: each option by itself, each value by its patterns.
@Suite struct ConfAssignmentsTests {
    private static let profile = CompiledProfile(
        confs: [
            "UseBridges": ["0|1"], "Bridge": [".*"], "DisableNetwork": nil, "ExitNodes": ["", "[{]de[}]"],
            "Nickname": [#""quoted""#], "ContactInfo": ["a b"], "EntryNodes": [],
        ]
    )

    static let rows: [(line: String, outcome: String)] = [
        ("SETCONF UseBridges=1", "> SETCONF UseBridges=1"),
        ("setconf usebridges=1", "> SETCONF usebridges=1"),
        ("RESETCONF UseBridges=0", "> RESETCONF UseBridges=0"),
        ("SETCONF  UseBridges=1  Bridge=x ", "> SETCONF UseBridges=1 Bridge=x"),
        ("SETCONF Bridge=x Bridge=y", "> SETCONF Bridge=x Bridge=y"),
        ("SETCONF UseBridges=2", noRule),
        ("SETCONF UseBridges=11", noRule),
        ("SETCONF Bridge=x UseBridges=2", noRule),
        ("SETCONF ControlPort=9051", noRule),
        ("SETCONF EntryNodes=x", noRule),
        ("SETCONF EntryNodes", noRule),
        // Options that may only be read.
        ("SETCONF DisableNetwork=1", noRule),
        ("SETCONF DisableNetwork", noRule),
        ("RESETCONF DisableNetwork", noRule),
        // Setting back.
        ("SETCONF ExitNodes", "> SETCONF ExitNodes"),
        ("SETCONF ExitNodes=", "> SETCONF ExitNodes="),
        ("SETCONF ExitNodes=\"\"", "> SETCONF ExitNodes=\"\""),
        ("RESETCONF ExitNodes", "> RESETCONF ExitNodes"),
        ("SETCONF ExitNodes={de}", "> SETCONF ExitNodes={de}"),
        ("SETCONF UseBridges", noRule),
        ("SETCONF UseBridges=", noRule),
        ("RESETCONF UseBridges", noRule),
        ("SETCONF UseBridges=\"\"", noRule),
        ("SETCONF", noRule),
        ("RESETCONF", noRule),
        // Quotes: the value is judged raw or unquoted.
        ("SETCONF UseBridges=\"1\"", "> SETCONF UseBridges=\"1\""),
        ("SETCONF Nickname=\"quoted\"", "> SETCONF Nickname=\"quoted\""),
        ("SETCONF Nickname=quoted", noRule),
        ("SETCONF ContactInfo=\"a b\"", "> SETCONF ContactInfo=\"a b\""),
        ("SETCONF ContactInfo=a b", unreadable),
        ("SETCONF ContactInfo=a UnknownOption", noRule),
        ("SETCONF Bridge=\"a \\\"b\\\" \\\\c\"", "> SETCONF Bridge=\"a \\\"b\\\" \\\\c\""),
        // Nothing that a value swallows.
        ("SETCONF UseBridges=1 ControlPort=9051", noRule),
        ("SETCONF Bridge=x ControlPort=9051", noRule),
        ("SETCONF Bridge=x ControlPort", noRule),
        ("SETCONF Bridge= ControlPort=9051", noRule),
        ("SETCONF Bridge ControlPort=9051", noRule),
        ("SETCONF Bridge=\"x\" ControlPort=9051", noRule),
        ("SETCONF Bridge=\"x y\" ControlPort=9051", noRule),
        ("SETCONF Bridge=\"\" ControlPort=9051", noRule),
        ("SETCONF ControlPort=9051 Bridge=x", noRule),
        ("SETCONF Bridge=x\\ ControlPort=1", noRule),
        ("SETCONF Bridge=\\ ControlPort=1", noRule),
        ("SETCONF Bridge=x=y ControlPort=1", noRule),
        ("SETCONF Bridge=\"x\\\\\" ControlPort=9051", noRule),
        ("SETCONF Bridge=\"x\\\" ControlPort=9051\"", "> SETCONF Bridge=\"x\\\" ControlPort=9051\""),
        ("SETCONF Bridge=\"x ControlPort=9051\"", "> SETCONF Bridge=\"x ControlPort=9051\""),
        ("SETCONF Bridge=x=ControlPort=9051", "> SETCONF Bridge=x=ControlPort=9051"),
        ("SETCONF Bridge=\"x\"ControlPort=9051", unreadable),
        ("SETCONF Bridge=\"x\"\"y\"", unreadable),
        ("SETCONF Bridge=\"x", unreadable),
        ("SETCONF Bridge=\"x\\\"", unreadable),
        ("SETCONF Bridge=x\"y z=1\"", unreadable),
        ("SETCONF Bridge=x\" ControlPort=\"9051", unreadable),
        ("SETCONF Bri\"dge=x", unreadable),
        ("SETCONF \"Bridge=x\"", unreadable),
        ("SETCONF =x", unreadable),
        ("SETCONF Bridge=x =y", unreadable),
        // Escapes that mean two things, and those that hide something.
        ("SETCONF Bridge=\"\\x41\"", unreadable),
        ("SETCONF Bridge=\"\\101\"", unreadable),
        ("SETCONF Bridge=\"\\q\"", unreadable),
        ("SETCONF Bridge=\"\\n\"", "! a quoted string hides a control character"),
        ("SETCONF Bridge=\"a\\r\\n250 OK\"", "! a quoted string hides a control character"),
        ("SETCONF Bridge=\"\\t\"", "! a quoted string hides a control character"),
        ("SETCONF Bridge=x\" UseBridges=\"\\r\\n250 OK\"", "! a quoted string hides a control character"),
        // Names: exact aliases, no prefixes, none of the marks that a torrc knows.
        ("SETCONF UseBridge=1", unreadable),
        ("SETCONF Bridg=1", unreadable),
        ("SETCONF +Bridge=1", unreadable),
        ("SETCONF /Bridge", unreadable),
        ("SETCONF Bridge,UseBridges=1", unreadable),
        ("SETCONF EntryNode=x", noRule),
        ("SETCONF HiddenServiceDir=/x", noRule),
    ]

    @Test(arguments: rows)
    func eachOptionIsAllowedByItself(line: String, outcome: String) {
        #expect(Policy([Self.profile]).outcome(line) == outcome)
    }

    @Test(arguments: ["SETCONF UseBridges=1\tControlPort=9051", "SETCONF\tUseBridges=1", "SETCONF Bridge=\"x\ty\""])
    func aTabNeverReachesADecision(_ line: String) {
        let arguments = line.split(separator: "F", maxSplits: 1, omittingEmptySubsequences: false)[1]
        #expect(Command(keyword: .setConf, arguments: String(arguments)) == nil)
    }

    @Test func anAliasIsTheOptionThatItStandsFor() {
        let policy = Policy([CompiledProfile(confs: ["UseHelperNodes": ["1"]])])
        #expect(policy.outcome("SETCONF UseEntryGuards=1") == "> SETCONF UseEntryGuards=1")
        #expect(policy.outcome("SETCONF UseHelperNodes=1") == "> SETCONF UseHelperNodes=1")
        #expect(policy.outcome("GETCONF useentrynodes") == "> GETCONF useentrynodes")
    }

    /// A rule under `commands` sees the text alone; that tor may read more in it than the rule's author did is its author's.
    @Test func aRuleUnderCommandsStillDecidesByTheText() {
        let policy = Policy([CompiledProfile(commands: ["SETCONF": [.allow("Bridge=[^ ]*")]])])
        #expect(policy.outcome("SETCONF Bridge=x") == "> SETCONF Bridge=x")
        #expect(policy.outcome("SETCONF Bridge=x ControlPort=1") == noRule)
        #expect(policy.outcome("SETCONF UseBridge=1") == unreadable)
    }

    @Test func confsAllowNothingButTheThreeCommands() {
        let policy = Policy([CompiledProfile(confs: ["Bridge": [".*"]])])
        for line in ["GETINFO Bridge", "SAVECONF", "SIGNAL Bridge", "LOADCONF Bridge"] {
            #expect(policy.outcome(line) == noRule)
        }
    }
}
