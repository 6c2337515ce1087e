// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions
import Testing
import TorLink

@Suite struct AuditRecordTests {
    /// Names come from the system and from files, and may be made to forge a second line, or to move a terminal's cursor.
    private static let hostile = "x\r\nsession 9: forged\u{1B}[2J\u{0}\u{7F}\u{9B}ä\u{202E}"

    static var records: [AuditRecord] {
        let origin = RuleOrigin(file: hostile, line: 1, column: 2)
        let client = Client(
            transport: .unix(socket: hostile),
            user: Client.Account(id: 1000, name: hostile),
            processID: 1,
            executable: hostile,
            label: Client.SecurityLabel(name: hostile, mode: hostile),
            unit: .user(hostile, uid: 1000)
        )
        let command = Command(keyword: .getInfo, arguments: "version")
        let events: [AuditRecord.Event] = [
            .connected,
            .rejected(reason: hostile),
            .reloaded(profiles: 2, leftOut: [hostile]),
            .reloaded(profiles: 2, leftOut: Array(repeating: hostile, count: 100), isStart: true),
            .auditFailed(reason: hostile),
            .torReady(version: hostile),
            .torFailed(reason: hostile),
            .torBack(version: hostile),
            .disconnected(reason: hostile),
        ]
        let observations: [Observation] = [
            .torFailed(.unreachable(hostile)), .torFailed(.untrusted(hostile)),
            .torFailed(.link(.cookieUnreadable(.unreadable(path: hostile, error: hostile, access: hostile)))),
            .torFailed(.link(.impostor)), .torFailed(.timeout),
            .torLost, .torBack(nil), .torBack(TorVersion("0.4.9.11")), .torReady(nil),
            .torReady(TorVersion("0.4.9.11")),
        ]
        let commands: [Observation] =
            command.map { command in
                [Reason.rule(origin), .denied(by: origin), .complaining(.noRule), .unusableReplacement(origin)].map {
                    .command(CommandObservation(subject: .command(command), outcome: .forward(command), reason: $0))
                }
            } ?? []
        let sessions = [
            AuditedSession(number: 7, client: AuditedClient(client), profiles: [hostile, hostile]),
            AuditedSession(number: 7, client: nil),
        ]
        return sessions.flatMap { session in
            events.map { AuditRecord(session, $0) }
                + (observations + commands).map { AuditRecord(session, $0, cookieFile: hostile) }
        }
    }

    @Test(arguments: records)
    func `a record is one line of printable ASCII, whatever names are made of`(record: AuditRecord) {
        #expect(record.line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
        #expect(record.line.hasPrefix("session 7: "))
    }

    @Test func `a rewritten command shows as asked for and as sent`() throws {
        let asked = try #require(Command(keyword: .addOnion, arguments: "NEW:BEST Port=80,17600"))
        let sent = try #require(Command(keyword: .addOnion, arguments: "NEW:BEST Port=80,10.152.152.11:17600"))
        let observation = CommandObservation(
            subject: .command(asked), outcome: .forward(sent),
            reason: .rule(RuleOrigin(file: "/etc/onion-grater.d/x.yml", line: 12, column: 9))
        )
        #expect(
            AuditRecord(AuditedSession(number: 1, client: nil), .command(observation), cookieFile: "").line
                == "session 1: rewrite: ADD_ONION NEW:BEST Port=80,17600 -> ADD_ONION NEW:BEST Port=80,10.152.152.11:17600 (a rule allows it: /etc/onion-grater.d/x.yml:12:9)"
        )
    }

    @Test(arguments: [
        (CommandObservation.Outcome.filter, "filter", AuditRecord.Weight.notable),
        (.answer, "answer", .normal),
    ])
    func `a decision has its word and its weight`(
        outcome: CommandObservation.Outcome, word: String, weight: AuditRecord.Weight
    ) throws {
        let command = try #require(Command(keyword: .getInfo, arguments: "address"))
        let record = AuditRecord(
            AuditedSession(number: 1, client: nil),
            .command(CommandObservation(subject: .command(command), outcome: outcome, reason: .noRule)), cookieFile: ""
        )
        #expect(record.line == "session 1: \(word): GETINFO address (no rule matches)")
        #expect(record.weight == weight)
    }

    @Test(arguments: [
        (Client(transport: .unix(socket: nil)), "unix uid=unknown"),
        (
            Client(
                transport: .unix(socket: "onionshare"), user: Client.Account(id: 1000, name: "amnesia"),
                processID: 4711,
                executable: "/usr/bin/onionshare",
                label: Client.SecurityLabel(name: "onionshare", mode: "enforce"), unit: .system("a.service")
            ),
            "socket=onionshare uid=1000(amnesia) pid=4711 exe=/usr/bin/onionshare apparmor=onionshare(enforce) unit=a.service"
        ),
        (
            Client(
                transport: .unix(socket: nil), user: Client.Account(id: 1000, name: nil),
                unverifiedExecutable: Client.UnverifiedExecutable(
                    path: "/usr/bin/onionshare", isInAnotherMountNamespace: true)
            ),
            "unix uid=1000 exe=unknown(/usr/bin/onionshare, in another mount namespace)"
        ),
        (
            Client(
                transport: .unix(socket: nil), user: Client.Account(id: 1000, name: nil),
                unverifiedExecutable: Client.UnverifiedExecutable(
                    path: "/tmp/a\nb (deleted)", isInAnotherMountNamespace: false)
            ),
            "unix uid=1000 exe=unknown(\"/tmp/a\\x0ab (deleted)\")"
        ),
        (
            Client(
                transport: .unix(socket: nil), user: Client.Account(id: 1000, name: "a"),
                unverifiedExecutable: Client.UnverifiedExecutable(
                    path: "/tmp/x/n apparmor=unconfined; profiles: \"a\"", isInAnotherMountNamespace: false,
                    doubt: .owner(1000))
            ),
            #"unix uid=1000(a) exe=unknown("/tmp/x/n apparmor=unconfined; profiles: \"a\"", belongs to uid 1000)"#
        ),
        (
            Client(
                transport: .unix(socket: nil), user: Client.Account(id: 13, name: "irc"), executable: "/opt/a (b)",
                label: Client.SecurityLabel(name: "a=b", mode: "complain"), unit: .user("app-x.scope", uid: 1000)
            ),
            #"unix uid=13(irc) exe="/opt/a (b)" apparmor="a=b"(complain) "#
                + "unit=user:app-x.scope(does not count: of the service manager of uid 1000, another user)"
        ),
        (Client(transport: .remote(.loopback, port: 9)), "tcp=127.0.0.1:9"),
    ])
    func `a client is told in one line`(client: Client, text: String) {
        #expect(AuditedClient(client).text == text)
    }
}
