// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

/// A profile that means the same as one that is found, spelt so that a reader of patterns alone would pass over it; and next to it
/// one that differs in what matters, and is silent.
struct Evasion: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    /// `line: [name]` and the beginning of its text.
    let finding: String?

    init(_ text: String, _ finding: String? = nil, qualifiers: String = "hosts: ['10.0.0.0/24']") {
        testDescription = text
        self.text = "- \(qualifiers)\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined()
        self.finding = finding
    }

    static func command(_ keyword: String, _ rule: String, _ finding: String? = nil) -> Evasion {
        Evasion("commands:\n  \(keyword): [\(rule)]", finding.map { "3: \($0)" })
    }
}

private let severalKeys: [Evasion] = [
    .command("GETINFO", "'version config-text'", "[dangerous-permission] `GETINFO version config-text` gets through"),
    .command("GETINFO", "'version address'", "[dangerous-permission] `GETINFO version address` gets through"),
    .command(
        "GETINFO", "'version( config-text)?'", "[dangerous-permission] `GETINFO version config-text` gets through"),
    .command("GETINFO", "'(version|dormant) (config-text)'", "[dangerous-permission] `GETINFO version config-text`"),
    .command(
        "GETINFO", "'traffic/read traffic/written process/pid'",
        "[dangerous-permission] `GETINFO traffic/read traffic/written process/pid` gets through"),
    .command("GETINFO", "'version \\S+'", "[dangerous-permission] `GETINFO version address` gets through"),
    .command("GETINFO", "'version circuit-status'", "[without-own] `GETINFO version circuit-status` gets through"),
    .command("GETINFO", "'version dormant'"),
    .command("GETINFO", "'traffic/read traffic/written( dormant)?'"),
    .command("GETCONF", "'UseBridges Bridge'", "[dangerous-permission] `GETCONF UseBridges Bridge` gets through"),
    .command("GETCONF", "'UseBridges( Bridge)?'", "[dangerous-permission] `GETCONF UseBridges Bridge` gets through"),
    .command("GETCONF", "'UseBridges( DisableNetwork)?'"),
]

private let letters: [Evasion] = [
    .command("SIGNAL", "'hup'", "[dangerous-permission] `SIGNAL hup` gets through: it makes tor read"),
    .command("SIGNAL", "'Term'", "[dangerous-permission] `SIGNAL Term` gets through: it stops tor"),
    .command("SIGNAL", "'reload'", "[dangerous-permission] `SIGNAL reload` gets through"),
    .command("SIGNAL", "'[Hh]up'", "[dangerous-permission] `SIGNAL hup` gets through"),
    .command("SIGNAL", "'Newnym|Reload'", "[dangerous-permission] `SIGNAL Reload` gets through"),
    .command("SIGNAL", "'(?i:h)up'", "[dangerous-permission] `SIGNAL hup` gets through"),
    .command("SIGNAL", "'[a-z]+'", "[dangerous-permission] `SIGNAL shutdown` gets through"),
    .command("SIGNAL", "'newnym|Newnym'"),
    .command("GETCONF", "'hashedcontrolpassword'", "[dangerous-permission] `GETCONF hashedcontrolpassword`"),
    .command("GETCONF", "'bridge'", "[dangerous-permission] `GETCONF bridge` gets through"),
    .command("GETCONF", "'BRIDGE'", "[dangerous-permission] `GETCONF BRIDGE` gets through"),
    .command("GETCONF", "'socks5proxypassword'", "[dangerous-permission] `GETCONF socks5proxypassword` gets through"),
    .command("GETCONF", "'usebridges'"),
    // The keys of GETINFO go by case at tor, too.
    .command("GETINFO", "'ADDRESS'"),
]

private let echoes: [Evasion] = [
    .command(
        "GETINFO", "{pattern: 'circuit-status', else: drop, response: [{pattern: '(.*)', replacement: '{}'}]}",
        "[without-own] `GETINFO circuit-status` gets through"),
    .command(
        "GETINFO",
        "{pattern: 'circuit-status', else: drop, response: [{pattern: '(\\d+ [A-Z]+) .*', replacement: '{}'}]}"),
    .command(
        "GETINFO", "{pattern: 'orconn-status', else: drop, response: [{pattern: '(.*)', replacement: '{}'}]}",
        "[dangerous-permission] `GETINFO orconn-status` gets through"),
    .command(
        "GETINFO", "{pattern: 'address', else: drop, response: [{pattern: '(.*)', replacement: '{}'}]}",
        "[dangerous-permission] `GETINFO address` gets through"),
    .command(
        "GETINFO",
        "{pattern: 'address', else: drop, response: [{pattern: '250-address=(.*)', replacement: '250-address={}'}]}",
        "[dangerous-permission] `GETINFO address` gets through"),
    .command(
        "GETINFO",
        "{pattern: 'address', else: drop, response: [{pattern: '250-address=(\\d+)\\.(.*)', replacement: '250-address={0}.{1}'}]}",
        "[dangerous-permission] `GETINFO address` gets through"),
    .command(
        "GETINFO",
        "{pattern: 'address', else: drop, response: [{pattern: '(250-address=).*', replacement: '{}192.0.2.1'}]}"),
    .command(
        "GETCONF",
        "{pattern: 'Bridge', else: drop, response: [{pattern: '(250[- ])Bridge=.*', replacement: '{}Bridge'}]}"),
    .command(
        "GETCONF", "{pattern: 'Bridge', else: drop, response: [{pattern: '(250[- ]Bridge=.*)', replacement: '{}'}]}",
        "[dangerous-permission] `GETCONF Bridge` gets through"),
    Evasion(
        "events:\n  CONF_CHANGED: {else: drop, response: [{pattern: '(.*)', replacement: '{}'}]}",
        "3: [leaking-event] the event CONF_CHANGED is sent"),
    Evasion("events:\n  CONF_CHANGED: {else: drop, response: [{pattern: '650-(\\w+)=.*', replacement: '650-{}'}]}"),
    Evasion(
        "events:\n  ADDRMAP: {else: drop, response: [{pattern: '(.*)', replacement: '{}'}]}",
        "3: [leaking-event] the event ADDRMAP is sent"),
    Evasion(
        "events:\n  ADDRMAP: {else: drop, response: [{pattern: '650 ADDRMAP .*', replacement: '650 ADDRMAP x 192.0.2.1 NEVER'}]}"
    ),
]

private let keys: [Evasion] = [
    .command(
        "GETINFO", "'hs/client/desc/id/2.*'",
        "[dangerous-permission] `GETINFO hs/client/desc/id/2x4drt6k4z32vho5qgswugwfljrqldf2dvhxxehrbiyjs4xqziyujvad` gets"
    ),
    .command(
        "GETINFO", "'hs/service/desc/id/bqi4mxikkywlubf7vzfzxpmrmhmzx36su2zysucegvrhlxntppcrjqad'",
        "[dangerous-permission] `GETINFO hs/service/desc/id/bqi4mxikkywlubf7vzfzxpmrmhmzx36su2zysucegvrhlxntppcrjqad` gets"
    ),
    .command(
        "GETINFO", "'hs/(client|service)/desc/id/[b-z]\\S+'", "[dangerous-permission] `GETINFO hs/client/desc/id/"),
    .command("GETINFO", "'desc/id/[0-9A-F]{40}'"),
]

private let targets: [Evasion] = [
    .command(
        "ADD_ONION", "'NEW:BEST Port=80,127.0.0.1:8080'",
        "[unrewritten-target] `ADD_ONION NEW:BEST Port=80,127.0.0.1:8080` of 10.0.0.1 makes a service"),
    .command(
        "ADD_ONION", "'NEW:BEST Port=80,10.0.0.5:8080'",
        "[unrewritten-target] `ADD_ONION NEW:BEST Port=80,10.0.0.5:8080` of 10.0.0.1 makes a service that leads to 10.0.0.5:8080"
    ),
    .command(
        "ADD_ONION", "'NEW:BEST Port=80,(?:127.0.0.1|0.0.0.0):22'",
        "[unrewritten-target] `ADD_ONION NEW:BEST Port=80,127.0.0.1:22` of 10.0.0.1"),
    .command(
        "ADD_ONION", "'NEW:BEST Port=80,127.0.0.1:(\\d+)'",
        "[unrewritten-target] `ADD_ONION NEW:BEST Port=80,127.0.0.1:17600` of 10.0.0.1"),
    .command(
        "ADD_ONION", "{pattern: 'NEW:BEST Port=80,127.0.0.1:80', replacement: 'NEW:BEST Port=80,{client-address}:80'}"),
    Evasion(
        "onions: {keys: [new], ports: [80], targets: ['127.0.0.1:22']}",
        "2: [unrewritten-target] `ADD_ONION NEW:ED25519-V3 Port=80,127.0.0.1:22` of 10.0.0.1 makes a service that leads to port 22"
    ),
    Evasion(
        "onions: {keys: [own], ports: [80], targets: [80, '192.168.1.1:80']}",
        "2: [unrewritten-target] `ADD_ONION ED25519-V3:\(String(repeating: "A", count: 86))== Port=80,192.168.1.1:80` of"
    ),
    Evasion(
        "onions: {keys: [new], ports: [80], targets: ['unix:/run/app/web']}",
        "2: [unrewritten-target] `ADD_ONION NEW:ED25519-V3 Port=80,unix:/run/app/web` of 10.0.0.1 makes a service that leads to "
            + "the socket"),
    Evasion(
        "onions: {keys: [new], ports: [80], targets: ['127.0.0.1:8080', 'unix:/run/app/web']}",
        qualifiers: "users: [alice]\n  apparmor-profiles: [app]"),
]

private let sent: [Evasion] = [
    .command(
        "SIGNAL", "{pattern: NEWNYM, replacement: HUP}",
        "[dangerous-permission] `SIGNAL NEWNYM` gets through as `SIGNAL HUP`: it makes tor read its configuration again"
    ),
    .command(
        "GETINFO", "{pattern: fingerprint, replacement: address}",
        "[dangerous-permission] `GETINFO fingerprint` gets through as `GETINFO address`: it tells the machine's"),
    .command("SIGNAL", "{pattern: '.*', replacement: NEWNYM}"),
    .command("GETINFO", "{pattern: address, replacement: version}"),
    .command("SIGNAL", "{pattern: RELOAD, replacement: NEWNYM}"),
]

private let settings: [Evasion] = [
    .command(
        "SETCONF", "'DisableNetwork.*=.*'", "[trailing-arguments] `SETCONF DisableNetwork=0 ORPort=9001` gets through"),
    .command("MAPADDRESS", "'\\S+=\\S+'", "[dangerous-permission] `MAPADDRESS example.com=192.0.2.7` gets through"),
    .command("MAPADDRESS", "'0.0.0.0=.*'", "[dangerous-permission] `MAPADDRESS 0.0.0.0=example.com` gets through"),
    .command(
        "MAPADDRESS", "'192.0.2.1=example.com'",
        "[dangerous-permission] `MAPADDRESS 192.0.2.1=example.com` gets through"),
    Evasion(
        "confs:\n  __OwningControllerProcess: ['']",
        "3: [dangerous-permission] `SETCONF __OwningControllerProcess` gets through: tor no longer ends with the process"
    ),
    .command(
        "GETINFO", "'.*'", "[trailing-arguments] `GETINFO address config-text` gets through: the pattern lets more"),
]

private let widths: [Evasion] = [
    Evasion(
        "events: {BW: }", "1: [matches-everybody] `0.0.0.0/1` is wider",
        qualifiers: "hosts: ['0.0.0.0/1','128.0.0.0/1']"),
    Evasion("events: {BW: }", "1: [matches-everybody] `2000::/3` is wider", qualifiers: "hosts: ['2000::/3']"),
    Evasion("events: {BW: }", qualifiers: "hosts: ['10.0.0.0/8', 'fc00::/7', 'fe80::/10', '2001:db8::/32']"),
    Evasion("events: {BW: }", "2: [matches-everybody]", qualifiers: "users: ['*']\n  units: ['**']"),
    Evasion("events: {BW: }", "2: [matches-everybody]", qualifiers: "users: ['*']\n  units: ['*.service', '*.scope']"),
    Evasion("events: {BW: }", qualifiers: "users: ['*']\n  units: ['app-*.service']"),
    Evasion("events: {BW: }", "1: [matches-nobody] `127.0.0.0/8` matches nobody", qualifiers: "hosts: ['127.0.0.0/8']"),
    Evasion("events: {BW: }", "1: [matches-nobody] `::1` matches nobody", qualifiers: "hosts: ['::1', 10.0.0.7]"),
    Evasion(
        "events: {BW: }", "2: [matches-nobody] `unconfined` matches nobody",
        qualifiers: "users: [alice]\n  apparmor-profiles: ['unconfined']"),
]

private let shadows: [Evasion] = [
    Evasion(
        "onions: {keys: [new], ports: [80], targets: [80]}\ncommands:\n  ADD_ONION: ['.*']",
        "2: [shadowed] `onions` never decides: the rule on line 4 matches all that it is for"),
    Evasion(
        "confs: {Nickname: }\ncommands:\n  GETCONF: ['.*']",
        "2: [shadowed] the entry for Nickname never decides: the rule on line 4 matches all"),
    Evasion("confs: {Nickname: }\ncommands:\n  GETCONF: ['UseBridges']"),
    Evasion(
        "commands:\n  GETINFO:\n    - 'version'\n    - 'dormant'\n    - 'version|dormant'",
        "6: [shadowed] the rule never decides: the patterns on lines 4 and 5 together match all that it matches"),
    Evasion("commands:\n  GETINFO:\n    - 'version'\n    - 'dormant'\n    - 'version|dormant|fingerprint'"),
]

private let all: [Evasion] = [
    severalKeys, letters, echoes, keys, targets, sent, settings, widths, shadows,
].flatMap(\.self)

struct LintEvasionTests {
    @Test("However it is spelt, what gets through is found where it stands; its neighbour is silent", arguments: all)
    func found(_ example: Evasion) {
        let findings = lint(source(example.text)).findings
        guard let finding = example.finding else {
            #expect(findings.isEmpty, "\(findings)")
            return
        }
        #expect(findings.contains { $0.hasPrefix(finding) }, "\(findings)")
    }

    @Test("What a finding says gets through does get through", arguments: all.filter { $0.finding != nil })
    func truth(_ example: Evasion) throws {
        let loaded = lint(source(example.text))
        let selector = try #require(loaded.policySet.selectors.first)
        for finding in loaded.diagnostics where finding.severity == .warning && finding.message.hasPrefix("`") {
            let command = finding.message.dropFirst().prefix { $0 != "`" }
            guard finding.message.contains("gets through") || finding.name == .unrewrittenTarget else { continue }
            let client = try #require(selector.exampleClient)
            #expect(loaded.outcome(String(command), from: client) != "filter", "\(command)")
        }
    }

    @Test("Every finding says what to do", arguments: all)
    func hints(_ example: Evasion) {
        for finding in lint(source(example.text)).diagnostics where finding.severity == .warning {
            #expect(finding.hint?.isEmpty == false, "\(finding.message)")
        }
    }

    @Test(
        "What is found in reading says what to do, too",
        arguments: [
            "commands: {SETEVENTS: [x], AUTHENTICATE: [''], GETINFO: []}", "commands: {AUTHCHALLENGE: ['.*']}",
            "events: {QQQQQQQQ: , EXTENDED: }", "confs: {Qqqqqqqqqqqq: }", "commands: {}", "events: []",
            "commands: {QQQQQQQQQQQ: [x]}", "onions: {keys: [], ports: [80], targets: [80]}",
            "onions: {keys: [new], ports: [80], targets: [80, '70-90']}", "commands: {SIGNAL: [qqqqqqqqqq]}",
            "events: {BW: {suppress: true, response: [{pattern: x, replacement: y}]}}",
            "users: [alice]\n  exe-paths: [app, '/usr/*']\n  apparmor-profiles: ['a*']",
        ]
    )
    func hintsOfReading(_ text: String) {
        let loaded = lint(source("- hosts: [10.0.0.7]\n  \(text)  # sieve: allow qqqqqqqqqqqqqqqqqq\n"))
        let warnings = loaded.diagnostics.filter { $0.severity == .warning }
        #expect(!warnings.isEmpty)
        for warning in warnings { #expect(warning.hint?.isEmpty == false, "\(warning.message)") }
    }
}
