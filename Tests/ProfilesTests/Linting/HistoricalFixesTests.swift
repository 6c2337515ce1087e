// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

/// A mistake that was in a profile of Whonix or Tails until somebody mended it, cut down to the lines that matter and written
/// anew, and the finding by which it would not have been shipped.
struct HistoricalFix: CustomTestStringConvertible {
    /// The file, the day of its last version with the mistake, and the day of the one without.
    let testDescription: String
    let finding: FindingName
    let before: String
    let after: String

    init(_ file: String, until: String, fixed: String, _ finding: FindingName, _ before: String, _ after: String) {
        testDescription = "\(file), \(until), mended \(fixed): \(finding.rawValue)"
        self.finding = finding
        self.before = before
        self.after = after
    }
}

private let whonix = "- {hosts: ['*'], users: ['*'], exe-paths: ['*'], "
private let amnesia = "- {users: [amnesia], apparmor-profiles: [app], "

private let fixes: [HistoricalFix] = [
    // Workstations could rewrite the gateway's configuration.
    HistoricalFix(
        "Whonix 40_bisq.yml", until: "2024-12-31", fixed: "2026-06-24", .trailingArguments,
        whonix + "commands: {SETCONF: ['DisableNetwork.*']}}",
        whonix + "commands: {SETCONF: ['DisableNetwork=[01]']}}"
    ),
    // The real state of tor's start was told in seven files.
    HistoricalFix(
        "Whonix 40_bisq.yml, 40_cwtch.yml, 40_haveno.yml, 40_onionshare.yml and 40_ricochet.yml", until: "2026-06-24",
        fixed: "2026-06-27", .neverMatches,
        whonix + "commands: {GETINFO: [{pattern: 'status/bootstrap-phase', response: [{pattern: "
            + "'250-status/bootstrap-phase=*', replacement: '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100'}]}]}}",
        whonix + "commands: {GETINFO: [{pattern: 'status/bootstrap-phase', response: [{pattern: "
            + "'250-status/bootstrap-phase=.*', replacement: '250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100'}]}]}}"
    ),
    HistoricalFix(
        "Whonix 40_onion_authentication.yml", until: "2024-12-31", fixed: "2026-06-27", .trailingArguments,
        whonix + "commands: {onion_client_auth_add: ['.+']}}",
        whonix + #"commands: {onion_client_auth_add: ['\S+ x25519:\S+( ClientName=\S+)?( Flags=\S+)?']}}"#
    ),
    // Services of LND asked tor for a key named `(\S+)`.
    HistoricalFix(
        "Whonix 40_lnd.yml", until: "2023-08-08", fixed: "2026-01-11", .patternInReplacement,
        whonix + #"commands: {ADD_ONION: [{pattern: 'ED25519-V3:(\S+) Port=9735,9735 ', "#
            + #"replacement: 'ED25519-V3:(\S+) Port=9735,{client-address}:9735'}]}}"#,
        whonix + #"commands: {ADD_ONION: [{pattern: 'ED25519-V3:(\S+) Port=9735,9735 ', "#
            + #"replacement: 'ED25519-V3:{} Port=9735,{client-address}:9735'}]}}"#
    ),
    // A line of a reply among the rules of the command: the key was never hidden.
    HistoricalFix(
        "Whonix 40_bitcoind.yml", until: "2018-10-28", fixed: "2019-04-04", .neverMatches,
        whonix
            + #"commands: {ADD_ONION: [{pattern: '250-PrivateKey=(\S+):\S+', replacement: '250-PrivateKey={}:redacted'}]}}"#,
        whonix + "commands: {ADD_ONION: [{pattern: 'NEW:BEST Port=8333,127.0.0.1:8333', "
            + "replacement: 'NEW:BEST Port=8333,{client-address}:8333 Flags=DiscardPK'}]}}"
    ),
    HistoricalFix(
        "Whonix 40_bitcoind.yml", until: "2023-08-10", fixed: "2024-12-31", .patternSlip,
        whonix
            + #"commands: {ADD_ONION: [{pattern: '(NEW:BEST) Port=8333,(?:127\.0\.0\.1|10\.152\.152\.\d{1.3}):8334', "#
            + "replacement: '{} Port=8333,{client-address}:8334'}]}}",
        whonix + #"commands: {ADD_ONION: [{pattern: '(NEW:BEST) Port=8333,(?:127.0.0.1|0.0.0.0):8334', "#
            + "replacement: '{} Port=8333,{client-address}:8334'}]}}"
    ),
    HistoricalFix(
        "Whonix 40_ricochet.yml", until: "2017-01-10", fixed: "2017-02-02", .shadowed,
        whonix + "commands: {GETINFO: [{pattern: 'status/circuit-established net/listeners/socks', response: ["
            + #"{pattern: '250-net/listeners/socks=".*"', replacement: '250-net/listeners/socks="127.0.0.1:9150"'}, "#
            + #"{pattern: '250-net/listeners/socks=".*"', replacement: '250-net/listeners/socks="127.0.0.1:9150"'}]}]}}"#,
        whonix + "commands: {GETINFO: [{pattern: 'status/circuit-established net/listeners/socks', response: ["
            + #"{pattern: '250-net/listeners/socks=".*"', replacement: '250-net/listeners/socks="127.0.0.1:9150"'}]}]}}"#
    ),
    HistoricalFix(
        "Whonix 40_bisq.yml", until: "2024-03-24 (55dd24b)", fixed: "2024-03-24 (7a796d7)", .leakingEvent,
        whonix
            + "events: {STATUS_CLIENT: {suppress: false}, STATUS_SERVER: {suppress: false}, CIRC: {suppress: true}}}",
        whonix + "events: {CIRC: {suppress: true}}}"
    ),
    // With labels in place of executables every program of the gateway was meant.
    HistoricalFix(
        "Whonix 40_bisq.yml, 40_onionshare.yml, 40_ricochet.yml and 40_zeronet.yml", until: "2022-10-24",
        fixed: "2023-06-12",
        .matchesEverybody,
        "- {apparmor-profiles: ['*'], users: ['*'], hosts: [10.152.152.11]}",
        "- {exe-paths: ['*'], users: ['*'], hosts: [10.152.152.11]}"
    ),
    HistoricalFix(
        "Whonix 30_whonix.yml", until: "2017-02-02", fixed: "2017-02-04", .legacyKey,
        "- {match-exe-paths: ['*'], match-users: ['*'], match-hosts: ['*']}",
        whonix + "commands: {SIGNAL: [NEWNYM]}}"
    ),
    HistoricalFix(
        "Tails onionshare.yml", until: "2016-10-27", fixed: "2016-11-22", .patternSlip,
        amnesia + "commands: {ADD_ONION: ['NEW:BEST Port=80,176([0-4][0-]|50)']}}",
        amnesia + "commands: {ADD_ONION: ['NEW:BEST Port=80,176([0-4][0-9]|50)']}}"
    ),
    HistoricalFix(
        "Tails tor-launcher.yml", until: "2016-10-12", fixed: "2016-10-13", .trailingArguments,
        amnesia + "commands: {SETCONF: ['Bridge(=.*)?']}}",
        amnesia + "confs: {Bridge: ['', '.*']}}"
    ),
    HistoricalFix(
        "Tails tor-connection-assistant.yml", until: "2021-03-08", fixed: "2021-04-05", .interpreter,
        "- {apparmor-profiles: [/usr/bin/python3.7], users: [root]}",
        "- {hosts: [10.200.1.10]}"
    ),
    HistoricalFix(
        "Tails tor-browser.yml", until: "2016-10-06", fixed: "2016-10-09", .withoutOwn,
        amnesia + "events: [STREAM]}",
        amnesia + "isolate-stream-events: true, events: [STREAM]}"
    ),
    HistoricalFix(
        "Tails onioncircuits.yml", until: "2016-10-06", fixed: "2016-10-12", .leakingEvent,
        amnesia + "events: [SIGNAL, CONF_CHANGED]}",
        amnesia + "events: {SIGNAL: {suppress: true}, CONF_CHANGED: {suppress: true}}}"
    ),
    HistoricalFix(
        "Tails tor-browser.yml", until: "2018-03-29", fixed: "2018-06-27", .matchesNobody,
        "- {exe-paths: [torbrowser_firefox], users: [amnesia]}",
        "- {apparmor-profiles: [torbrowser_firefox], users: [amnesia]}"
    ),
]

struct HistoricalFixesTests {
    @Test(
        "A mistake that was shipped and mended later has a finding, and what it was mended to has not", arguments: fixes
    )
    func fix(_ fix: HistoricalFix) {
        #expect(lint(source(fix.before)).diagnostics.contains { $0.name == fix.finding })
        let after = lint(source(fix.after))
        #expect(!after.diagnostics.contains { $0.name == fix.finding }, "\(after.findings)")
        #expect(after.count(of: .error) == 0)
    }
}
