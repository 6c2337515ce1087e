// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Testing

/// Before a service with a Unix socket leaves, it is found out where the path leads; a path that only looks harmless is refused.
@Suite struct ServicePathTests {
    private static let add = "ADD_ONION NEW:BEST Port=80,unix:/run/app/web"

    private static func stage(_ realPath: @escaping (String) -> String?) throws -> Stage {
        let policy = try TestPolicies.policy("onions: {keys: [new], ports: [80], targets: ['unix:/run/app/web']}")
        var stage = Stage(policy: policy, client: TestPolicies.client, realPath: realPath)
        stage.authenticate()
        return stage
    }

    private static func sent(_ stage: Stage) -> String { String(decoding: stage.toTor, as: UTF8.self) }
    private static func told(_ stage: Stage) -> String { String(decoding: stage.toClient, as: UTF8.self) }

    @Test func aPathThatLeadsWhereItSaysLeaves() throws {
        var stage = try Self.stage { $0 }
        stage.clientSends(Self.add)
        #expect(Self.sent(stage) == Self.add + "\r\n")
    }

    @Test(
        arguments: [
            { $0 == "/run/app/web" ? "/run/tor/control" : $0 },
            { $0 == "/run/tor/control" ? "/run/app/web" : $0 },
            { _ in "/srv/both" },
            { $0 == "/run/app/web" ? nil : $0 },
            { $0 == "/run/tor/control" ? nil : $0 },
            { _ in nil },
        ] as [@Sendable (String) -> String?]
    )
    func aLinkToAControlSocketOrToNobodyKnowsWhatIsRefused(realPath: @escaping @Sendable (String) -> String?) throws {
        var stage = try Self.stage(realPath)
        stage.clientSends(Self.add)
        #expect(Self.sent(stage) == "")
        #expect(Self.told(stage) == "510 Command filtered\r\n")
    }

    /// What was found out for one command is not taken for the next: the link may have been laid in between.
    @Test func everyCommandIsLookedUpAnew() throws {
        let path = Path()
        var stage = try Self.stage { $0 == "/run/app/web" ? path.end : $0 }
        stage.clientSends(Self.add)
        path.end = "/run/tor/control"
        stage.clientSends(Self.add)
        #expect(Self.sent(stage) == Self.add + "\r\n")
        stage.torSends("250-ServiceID=abc", "250 OK")
        #expect(Self.told(stage).hasSuffix("510 Command filtered\r\n"))
    }

    /// Nor is a refused command's look good for the one that follows it in the same bytes.
    @Test func aRefusedCommandLeavesNothingBehind() throws {
        let path = Path()
        path.end = "/run/tor/control"
        var stage = try Self.stage { $0 == "/run/app/web" ? path.end : $0 }
        stage.clientSends(Array((Self.add + "\r\n" + Self.add + "\r\n").utf8))
        #expect(Self.sent(stage) == "")
        #expect(Self.told(stage) == "510 Command filtered\r\n510 Command filtered\r\n")
    }

    private final class Path {
        var end = "/run/app/web"
    }
}
