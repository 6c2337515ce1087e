// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@testable import Learning

@Suite struct LessonsTests {
    @Test func `applications are told apart by the strongest that is known of them`() {
        func client(_ change: (inout AuditedClient) -> Void) -> AuditedClient {
            var client = AuditedClient(transport: .unix)
            (client.uid, client.user) = (1000, "alice")
            change(&client)
            return client
        }
        let rows: [(AuditedClient, ApplicationIdentity)] = [
            (client { ($0.transport, $0.socket, $0.label) = (.socket, "share", "x") }, .socket("share")),
            (client { ($0.label, $0.labelMode) = ("onionshare", "enforce") }, .label("onionshare")),
            (
                client { ($0.label, $0.executable) = ("unconfined", "/usr/bin/nyx") },
                .executable("/usr/bin/nyx")
            ),
            (
                client { ($0.label, $0.labelMode, $0.executable) = ("nyx", "unconfined", "/usr/bin/nyx") },
                .executable("/usr/bin/nyx")
            ),
            (
                client { ($0.executable, $0.unit) = ("/usr/bin/python3.11", "onionbalance.service") },
                .unit("onionbalance.service")
            ),
            (
                client { $0.unit = "user:app-flatpak-org.onionshare-4711.scope" },
                .unit("user:app-flatpak-org.onionshare-*.scope")
            ),
            (client { $0.unit = "session-2.scope" }, .user(1000)),
            (client { $0.unit = "*" }, .user(1000)),
            (client { ($0.unit, $0.unitDoubt) = ("user:x.service", "no") }, .user(1000)),
            (client { $0.executable = "/usr/bin/python3" }, .user(1000)),
            (client { ($0.transport, $0.address) = (.remote, "10.152.152.11") }, .host("10.152.152.11")),
            (client { $0.uid = nil }, .unknown),
        ]
        for (client, identity) in rows { #expect(ApplicationIdentity(client) == identity) }
    }

    @Test func `what is answered here anyway is nothing to learn`() {
        var trail = Trail()
        trail.add(Trail.onionshare, ["PROTOCOLINFO 1", "AUTHENTICATE", "GETINFO version", "QUIT", "TAKEOWNERSHIP"])
        #expect(trail.lessons.applications[0].commands.map(\.seen.name) == ["GETINFO"])
    }

    @Test func `a million different commands are not kept`() throws {
        var lessons = Lessons()
        var record = TrailRecord(time: Timestamp(microseconds: 0), kind: .command)
        (record.session, record.client, record.command) = (1, Trail.onionshare, "GETINFO")
        for number in 0..<Lessons.mostCommands + 1000 {
            record.arguments = "md/name/n\(number)"
            lessons.take(record)
        }
        let application = lessons.applications[0]
        #expect(application.commands.count == Lessons.mostCommands)
        #expect(application.overlooked.count == 1000)
        #expect(application.transcripts.map(\.commands.count).reduce(0, +) <= Lessons.mostSteps)
    }

    @Test func `more applications than can be kept apart are counted`() {
        var trail = Trail()
        for number in 0...Lessons.mostApplications {
            var client = Trail.onionshare
            client.label = "app\(number)"
            trail.add(client, ["GETINFO version"])
        }
        #expect(trail.lessons.applications.count == Lessons.mostApplications)
        #expect(trail.lessons.unassigned.count == 1)
    }

    @Test func `counts are those of the records, and cannot overflow`() {
        var trail = Trail()
        trail.forge(Trail.onionshare, "GETINFO", "version", repeated: .max)
        trail.forge(Trail.onionshare, "GETINFO", "version", repeated: 3)
        #expect(trail.lessons.applications[0].commands[0].tally.count == .max)
    }
}
