// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Rehearsal
import TestSupport
import Testing

@Suite struct RobustnessTests {
    private static let head = "- hosts: ['*']\n  commands: {GETINFO: [version, 'a+']}\n  events: {BW: {}}\n  tests:\n"

    @Test("ten thousand tests are played, each by itself")
    func many() {
        let tests = (0..<10_000).map { number in
            "    - {send: GETINFO \(number % 100 == 0 ? "address" : "version"), expect: forward}\n"
        }
        let failures = play(Self.head + tests.joined())
        #expect(failures.count == 100)
        #expect(failures.last == "9905:7: expected forward, got filter (no rule matches)")
    }

    @Test(
        "a line as long as a client may send is judged, and a longer one is refused as in a session",
        arguments: [(65_526, "forward"), (65_527, "filter"), (200_000, "filter")]
    )
    func long(length: Int, expected: String) {
        // GETINFO, a blank and the line end beside it.
        let tests = "    - {send: GETINFO \(String(repeating: "a", count: length)), expect: \(expected)}\n"
        #expect(play(Self.head + tests) == [])
    }

    @Test("what a long line fails with is short")
    func short() throws {
        let line = String(repeating: "a", count: 60_000)
        let failures = play(Self.head + "    - {event: 650 BW \(line), gives: [650 BW \(line)b]}\n")
        #expect(try #require(failures.first).utf8.count < 1_000)
    }

    @Test("more of a reply than a session takes in a line ends it")
    func longReply() {
        let line = String(repeating: "a", count: 500_000)
        let tests =
            "    - {send: GETINFO version, reply: [250-version=\(line), 250 OK], gives: [250-version=\(line), 250 OK]}\n"
        let source = SourceFile(path: "a", name: "a", content: .bytes(Array((Self.head + tests).utf8)))
        let loaded = ProfileLoader().load([source])
        #expect(loaded.diagnostics.isEmpty)
        #expect(Rehearsal(of: loaded.files[0]).failures == [])
    }

    @Test("no slip in a file of tests makes playing them fail in any other way")
    func mutations() {
        let service = String(repeating: "a", count: 56)
        let text = Array(
            """
            - users: ['*']
              apparmor-profiles: ['*']
              hosts: ['*']
              commands: {GETINFO: [version, {pattern: circuit-status, own: true}], +HSPOST: ['.*'], DEL_ONION: [{pattern: '.*', own: true}]}
              onions: {keys: [new], ports: [80], targets: [1-60000]}
              events: {STREAM: {own: true}, HS_DESC: {own: true}}
              tests:
                - {send: "+HSPOST\\nx\\n", expect: forward}
                - {send: GETINFO version, reply: [250+version=, x, ., 250 OK], gives: [250+version=, x, ., 250 OK]}
                - {event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:4 PURPOSE=USER, own: true, gives: []}
                - before: [{send: 'ADD_ONION NEW:BEST Port=80,80', reply: [250-ServiceID=\(service), 250 OK]}]
                  client: {host: 10.0.0.1}
                  send: DEL_ONION \(service)
                  expect: forward

            """.utf8
        )
        var random = SplitMix64(seed: 4)
        let characters = Array(" \n'\"[]{},:+-.0125665AZaz=\\\u{7F}".utf8)
        var played = 0
        for _ in 0..<sized(200, 2_000) {
            var mutant = text
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: mutant.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: mutant[index] = characters[Int.random(in: characters.indices, using: &random)]
                case 1: mutant.remove(at: index)
                default: mutant.insert(characters[Int.random(in: characters.indices, using: &random)], at: index)
                }
            }
            let loaded = ProfileLoader().load([SourceFile(path: "a", name: "a", content: .bytes(mutant))])
            let rehearsal = Rehearsal(of: loaded.files[0])
            played += rehearsal.testCount
            #expect(rehearsal.failures.count <= rehearsal.testCount)
            #expect(rehearsal.failures.allSatisfy { $0.severity == .error && $0.mark != nil })
        }
        #expect(played > sized(100, 1_000))
    }
}
