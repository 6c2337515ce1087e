// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

/// Deny rules: what is the same to tor must not slip past one by its spelling.
@Suite struct DenyRulesTests {
    static let rows: [(deny: String, line: String, isDenied: Bool)] = [
        ("address", "GETINFO address", true),
        ("address", "GETINFO  address ", true),
        ("address", "GETINFO version address", true),
        ("address", "GETINFO address version", true),
        ("address", "GETINFO version", false),
        ("version address", "GETINFO version   address", true),
        ("version address", "GETINFO address version", false),
        ("config/.*", "GETINFO version config/names", true),
        ("ControlPort", "GETCONF controlport", true),
        ("controlport", "GETCONF ControlPort", true),
        ("UseEntryGuards", "GETCONF UseHelperNodes", true),
        ("UseHelperNodes", "GETCONF usehelpernodes", false),
        ("ControlPort", "GETCONF Bridge CONTROLPORT", true),
        ("ControlPort", "GETCONF Bridge", false),
        // What cannot be told apart is denied where anything is.
        ("ControlPort", "GETCONF ControlPor", true),
        ("ControlPort", "GETCONF Bridge=x", true),
        ("ControlPort", "SETCONF ControlPor=1", true),
        ("ControlPort", "SETCONF Bridge=\"x", true),
        ("ControlPort", "SETCONF Bridge=\"\\x41\"", true),
        ("ControlPort", "SETCONF Bridge=\"x\"ControlPort=1", true),
        ("ControlPort", "SETCONF Bridge=x ControlPort=9051", true),
        ("ControlPort", "SETCONF controlport=9051", true),
        ("ControlPort", "SETCONF ControlPort", true),
        ("ControlPort", "RESETCONF Bridge ControlPort", false),
        ("ControlPort=.*", "SETCONF Bridge=x controlport=9051", true),
        ("ControlPort=9051", "SETCONF ControlPort=\"9051\"", true),
        ("ControlPort=9051", "SETCONF ControlPort=\"9051\" Bridge=x", true),
        ("ControlPort=\"9051\"", "SETCONF CONTROLPORT=\"9051\" Bridge=x", true),
        ("ControlPort=9051", "SETCONF ControlPort=9052", false),
        ("ControlPort=", "SETCONF ControlPort=", true),
        ("Bridge=x UseBridges=1", "SETCONF  Bridge=\"x\"   UseBridges=1 ", true),
        ("Bridge=x UseBridges=1", "SETCONF UseBridges=1 Bridge=x", false),
        ("Bridge=a\"b", "SETCONF Bridge=\"a\\\"b\"", true),
        ("UseEntryGuards=1", "SETCONF UseHelperNodes=1", true),
        ("NEWNYM", "SIGNAL newnym", true),
        ("newnym", "SIGNAL NEWNYM", true),
        ("NEWNYM", "SIGNAL NEWNYM  ", true),
        ("NEWNYM", "SIGNAL \"NEWNYM\"", true),
        ("NEWNYM", "SIGNAL HUP", false),
        ("STREAM", "SETEVENTS BW stream", true),
        ("STREAM", "SETEVENTS BW", false),
        ("BW STREAM", "SETEVENTS  BW  stream", true),
        ("Port=80,127.0.0.1:80", "ADD_ONION NEW:BEST port=80", true),
        ("Flags=Detach", "ADD_ONION NEW:BEST Port=80 FLAGS=detach", true),
        ("NEW:BEST Port=80,127.0.0.1:80", "ADD_ONION NEW:BEST  Port=80,80", true),
        ("a b", "MAPADDRESS  a  b ", true),
        ("A=B", "MAPADDRESS a=b", true),
        (".*", "DEL_ONION x", true),
        ("", "SIGNAL", true),
    ]

    @Test(arguments: rows)
    func oneHitFiltersTheWholeCommand(deny: String, line: String, isDenied: Bool) {
        let name = command(line).keyword.name
        // A deny rule for RESETCONF is none for SETCONF: each name has its own.
        let denying = CompiledProfile("a", denies: [name == "RESETCONF" ? "SETCONF" : name: [deny]])
        let allowing = CompiledProfile(
            "b", commands: [name: [.allow(".*|[^ ]*( .*)?")]], events: ["BW": .listed, "STREAM": .listed]
        )
        let policy = Policy([allowing, denying])
        #expect((policy.outcome(line) == denied) == isDenied)
        if !isDenied { #expect(policy.outcome(line).hasPrefix("> ")) }
    }

    @Test func aDenyRuleIsForTheNameItIsWrittenUnder() {
        let allowing = CompiledProfile(commands: ["+HSPOST": [.allow("x")], "HSPOST": [.allow("x")]])
        let block = command("+HSPOST x", body: ["y"])
        let plain = Policy([allowing, CompiledProfile(denies: ["HSPOST": [".*"]])])
        #expect(plain.outcome("HSPOST x") == denied)
        #expect(plain.decide(block, facts: .remote).summary == "> +HSPOST x")
        let plus = Policy([allowing, CompiledProfile(denies: ["+HSPOST": ["X"]])])
        #expect(plus.outcome("HSPOST x") == "> HSPOST x")
        #expect(plus.decide(block, facts: .remote).summary == denied)
    }

    @Test func aDeniedCommandNamesItsRule() {
        let policy = Policy([
            CompiledProfile(commands: ["SIGNAL": [.allow(".*")]]), CompiledProfile(denies: ["SIGNAL": ["A", "B"]]),
        ])
        #expect(policy.decide(command("SIGNAL B"), facts: .remote).reason.rule?.file == "B")
    }
}
