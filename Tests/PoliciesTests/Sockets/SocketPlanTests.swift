// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Testing

@Suite struct SocketPlanTests {
    private static func request(_ name: String, _ group: String? = nil, _ mode: UInt32 = 0o660, line: Int = 1)
        -> SocketRequest
    {
        SocketRequest(
            socket: ApplicationSocket(name: name, group: group, mode: mode),
            origin: RuleOrigin(file: "a.yml", line: line, column: 1)
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var requests: [SocketRequest]
        /// `NAME MODE GROUP` of what is made.
        var made: [String]
        var objections: Int
    }

    private static let rows: [Row] = [
        Row(testDescription: "nothing", requests: [], made: [], objections: 0),
        Row(
            testDescription: "several, in the order of their names",
            requests: [request("b"), request("a", "tor", 0o600)], made: ["a 0600 tor", "b 0660 -"], objections: 0),
        Row(
            testDescription: "the same twice", requests: [request("a", "g"), request("a", "g", line: 2)],
            made: ["a 0660 g"], objections: 0),
        Row(
            testDescription: "two modes have what both have",
            requests: [request("a", "g", 0o666), request("a", "g", 0o620)], made: ["a 0620 g"], objections: 1),
        Row(
            testDescription: "three modes have what all have",
            requests: [request("a", nil, 0o666), request("a", nil, 0o662), request("a", nil, 0o626)],
            made: ["a 0622 -"], objections: 2),
        Row(
            testDescription: "of two groups none is right, and nobody else suffers",
            requests: [request("a", "g"), request("b"), request("a", "h")], made: ["b 0660 -"], objections: 1),
        Row(
            testDescription: "no group is another than one", requests: [request("a"), request("a", "g")], made: [],
            objections: 1),
        Row(
            testDescription: "a third that agrees with the first brings it back to nobody",
            requests: [request("a", "g"), request("a", "h"), request("a", "g")], made: [], objections: 1),
    ]

    @Test(arguments: rows)
    func `profiles that ask for one name share a socket which lets in nobody whom one would keep out`(row: Row) {
        let plan = SocketPlan(row.requests)
        #expect(plan.sockets.map { "\($0.name) \($0.modeText) \($0.group ?? "-")" } == row.made)
        #expect(plan.objections.count == row.objections)
    }

    @Test func `the number of sockets is bounded and the first ones are made`() {
        let requests = (0..<SocketPlan.limit + 2).map { Self.request("s\($0)", line: $0) }
        let plan = SocketPlan(requests.shuffled().sorted { $0.origin.line < $1.origin.line })
        #expect(plan.sockets.count == SocketPlan.limit)
        #expect(!plan.sockets.contains { $0.name == "s\(SocketPlan.limit)" })
        #expect(plan.objections.map(\.cause) == [.tooMany, .tooMany])
    }

    @Test(arguments: [
        ("a", true), ("0", true), ("a-b", true), ("a-", true), ("onionshare2", true), ("", false), ("-a", false),
        ("A", false), ("a_b", false), ("a.b", false), ("..", false), (".", false), ("a/b", false), ("ä", false),
        ("a\n", false), ("a b", false), ("*", false), (String(repeating: "a", count: 64), true),
        (String(repeating: "a", count: 65), false),
    ])
    func `a name is the name of one directory and nothing else`(text: String, isValid: Bool) {
        #expect(SocketName.isValid(text) == isValid)
    }
}
