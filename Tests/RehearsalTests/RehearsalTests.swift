// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Rehearsal
import TestSupport
import Testing

private let service = String(repeating: "a", count: 56)
private let other = String(repeating: "b", count: 56)
private let key = String(repeating: "A", count: 43) + "="

private let profile = #"""
    - users: ['*']
      apparmor-profiles: [/usr/bin/app]
      hosts: [10.0.0.0/8]
      commands:
        GETINFO:
          - version
          - {pattern: traffic/read, response: [{pattern: '250-traffic/read=.*', replacement: '250-traffic/read=0'}]}
          - {pattern: circuit-status, own: true}
        SIGNAL: [{pattern: NEWNYM, answer: ['250 OK']}, {pattern: HALT, deny: true}]
        DEL_ONION: [{pattern: '.*', own: true}]
        ONION_CLIENT_AUTH_ADD: ['.*']
        ONION_CLIENT_AUTH_REMOVE: [{pattern: '.*', own: true}]
        +HSPOST: ['.*']
      onions: {keys: [new], ports: [80], targets: [1000-60000], max: 1}
      events:
        BW: {response: [{pattern: '650 BW .*', replacement: 650 BW 0 0}]}
        SIGNAL: {suppress: true}
        HS_DESC: {own: true}
        STREAM: {own: true}

    """#

private let passing = [
    Play("a command that is sent on", "- {send: GETINFO version, expect: forward}"),
    Play("a command in other letters is none the less sent on", "- {send: getinfo version, expect: forward}"),
    Play("a command that no rule matches", "- {send: GETINFO address, expect: filter}"),
    Play("a command that a rule denies", "- {send: SIGNAL HALT, expect: filter}"),
    Play("a command that a rule answers", "- {send: SIGNAL NEWNYM, expect: answer, gives: [250 OK]}"),
    Play("a command that is always answered", "- {send: TAKEOWNERSHIP, expect: answer, gives: [250 OK]}"),
    Play("a refusal, as the client reads it", "- {send: SIGNAL HALT, gives: [510 Command filtered]}"),
    Play("a command that is rewritten", "- {send: 'ADD_ONION NEW:BEST Port=80,5000', expect: rewrite}"),
    Play(
        "what is sent to tor",
        "- {send: 'ADD_ONION NEW:BEST Port=80,5000', forwards: 'ADD_ONION NEW:BEST Port=80,127.0.0.1:5000'}"
    ),
    Play(
        "what is sent to tor for a client from elsewhere",
        """
        - send: 'ADD_ONION NEW:BEST Port=80,5000'
          client: {host: 10.1.2.3}
          forwards: 'ADD_ONION NEW:BEST Port=80,10.1.2.3:5000'
        """
    ),
    Play(
        "tor's SOCKS port is no target, whatever the range",
        "- {send: 'ADD_ONION NEW:BEST Port=80,9050', expect: filter}"
    ),
    Play("events of ours are none that are sent for the client", "- {send: SETEVENTS BW, forwards: SETEVENTS BW}"),
    Play("a suppressed event is taken out", "- {send: SETEVENTS BW SIGNAL, forwards: SETEVENTS BW}"),
    Play(
        "a client that the profile is not for", "- {send: GETINFO version, client: {host: 192.0.2.1}, expect: filter}"),
    Play("a data block", #"- {send: "+HSPOST \nline one\n.dot\n", expect: forward}"#),
    Play("a line that is no command", #"- {send: "GETINFO\tversion", expect: filter}"#),
    Play(
        "a reply that passes",
        "- {send: GETINFO version, reply: [250-version=1, 250 OK], gives: [250-version=1, 250 OK]}"
    ),
    Play("an error of tor's that passes", "- {send: GETINFO version, reply: [551 No], gives: [551 No]}"),
    Play(
        "a reply that is rewritten",
        "- {send: GETINFO traffic/read, reply: [250-traffic/read=7, 250 OK], gives: [250-traffic/read=0, 250 OK]}"
    ),
    Play(
        "an event between the lines of a conversation",
        """
        - before: [{send: SETEVENTS BW}]
          send: GETINFO version
          reply: [650 BW 1 2, 250-version=1, 250 OK]
          gives: [650 BW 0 0, 250-version=1, 250 OK]
        """
    ),
    Play("an event that is rewritten", "- {event: 650 BW 1 2, gives: [650 BW 0 0]}"),
    Play("an event as a list of lines", "- {event: [650 BW 1 2], gives: [650 BW 0 0]}"),
    Play("a suppressed event is never given", "- {event: 650 SIGNAL NEWNYM, gives: []}"),
    Play("an event about what is another's", "- {event: 650 HS_DESC UPLOADED \(other) UNKNOWN $00, gives: []}"),
    Play(
        "a service is its session's own from tor's reply on",
        """
        - before:
            - {send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID=\(service), 250 OK]}
            - {send: GETINFO version, reply: [250-version=1, 250 OK]}
          send: DEL_ONION \(service)
          expect: forward
        - before: [{send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID=\(service), 250 OK]}]
          send: DEL_ONION \(other)
          expect: filter
        - before: [{send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID=\(service), 250 OK]}]
          send: ADD_ONION NEW:BEST Port=80,5001
          expect: filter
        - before: [{send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID=\(service), 250 OK]}]
          event: 650 HS_DESC UPLOAD \(service) UNKNOWN $00 x
          gives: [650 HS_DESC UPLOAD \(service) UNKNOWN $00 x]
        """
    ),
    Play(
        "each test is a session of its own",
        """
        - {send: 'ADD_ONION NEW:BEST Port=80,5000', reply: [250-ServiceID=\(service), 250 OK], gives: [250-ServiceID=\(service), 250 OK]}
        - {send: DEL_ONION \(service), expect: filter}
        """
    ),
    Play(
        "a credential is the client's own once tor has taken it",
        """
        - {send: ONION_CLIENT_AUTH_REMOVE \(service), expect: filter}
        - before: [{send: 'ONION_CLIENT_AUTH_ADD \(service) x25519:\(key)'}]
          send: ONION_CLIENT_AUTH_REMOVE \(service)
          expect: forward
        - before: [{send: 'ONION_CLIENT_AUTH_ADD \(service) x25519:\(key)', reply: [512 No]}]
          send: ONION_CLIENT_AUTH_REMOVE \(service)
          expect: filter
        """
    ),
    Play(
        "a stream of a local client is its own where the test says so",
        """
        - event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:4000 PURPOSE=USER
          own: true
          gives: ['650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:4000 PURPOSE=USER']
        - {event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:4000 PURPOSE=USER, gives: []}
        - before:
            - {event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:4000 PURPOSE=USER, own: true}
            - {event: 650 STREAM 5 SENTCONNECT 3 a:80}
          send: GETINFO circuit-status
          reply: [250+circuit-status=, 3 BUILT x, 4 BUILT y, ., 250 OK]
          gives: [250-circuit-status=3 BUILT x, 250 OK]
        """
    ),
    Play(
        "a stream of a client from elsewhere is its own by the address",
        """
        - client: {host: 10.1.2.3}
          event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=10.1.2.3:4000 PURPOSE=USER
          gives: ['650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=10.1.2.3:4000 PURPOSE=USER']
        - client: {host: 10.1.2.3}
          event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=10.1.2.4:4000 PURPOSE=USER
          gives: []
        """
    ),
]

private let failing = [
    Play(
        "another decision",
        "- {send: GETINFO address, expect: forward}",
        "21:7: expected forward, got filter (no rule matches)"
    ),
    Play(
        "another decision, by a rule",
        "- {send: GETINFO version, expect: filter}",
        "21:7: expected filter, got forward (a rule allows it, 6:9)"
    ),
    Play(
        "forward where it is rewritten",
        "- {send: 'ADD_ONION NEW:BEST Port=80,5000', expect: forward}",
        "21:7: expected forward, got rewrite to `ADD_ONION NEW:BEST Port=80,127.0.0.1:5000` (a rule allows it, 14:3)"
    ),
    Play(
        "another line for tor",
        "- {send: 'ADD_ONION NEW:BEST Port=80,5000', forwards: 'ADD_ONION NEW:BEST Port=80,5000'}",
        "21:7: expected `ADD_ONION NEW:BEST Port=80,5000` for tor, got rewrite to "
            + "`ADD_ONION NEW:BEST Port=80,127.0.0.1:5000` (a rule allows it, 14:3)"
    ),
    Play(
        "another line for the client",
        "- {send: GETINFO traffic/read, reply: [250-traffic/read=7, 250 OK], gives: [250-traffic/read=7, 250 OK]}",
        "21:7: expected `250-traffic/read=7` for the client, got `250-traffic/read=0`"
    ),
    Play(
        "fewer lines than expected",
        "- {send: SIGNAL NEWNYM, gives: [250 OK, 250 OK]}",
        "21:7: expected `250 OK` for the client, got nothing more"
    ),
    Play(
        "more lines than expected",
        "- {send: GETINFO version, reply: [250-version=1, 250 OK], gives: [250-version=1]}",
        "21:7: expected nothing more for the client, got `250 OK`"
    ),
    Play(
        "a reply where tor is not asked",
        "- {send: SIGNAL NEWNYM, reply: [250 OK], gives: [250 OK]}",
        "21:7: it has a `reply`, and tor is not asked: got answer (a rule allows it, 9:14)"
    ),
    Play(
        "an answer where tor is asked",
        "- {send: GETINFO version, gives: [250 OK]}",
        "21:7: expected an answer without asking tor, got forward (a rule allows it, 6:9)"
    ),
    Play(
        "a reply to another command",
        "- {send: GETINFO version, reply: [250-address=1, 250 OK], gives: [250 OK]}",
        "21:7: it ends the session at tor's reply: tor's reply does not fit the command GETINFO"
    ),
    Play(
        "a reply with lines behind its end",
        "- {send: GETINFO version, reply: [551 No, 551 No], gives: [551 No]}",
        "21:7: it ends the session at tor's reply: tor sent a reply that no command awaits"
    ),
    Play(
        "a reply that is none",
        "- {send: GETINFO version, reply: [nonsense], gives: [551 No]}",
        "21:7: it ends the session at tor's reply: tor sent a line that is no reply line"
    ),
    Play(
        "a reply without its end",
        "- {send: GETINFO version, reply: [250-version=1], gives: [250-version=1]}",
        "21:7: it leaves the client waiting: tor's reply has no end line"
    ),
    Play(
        "an event that no profile lists",
        "- {event: 650 WARN x, gives: []}",
        "21:7: the client may not ask for WARN: filter (no profile lists the event WARN)"
    ),
    Play(
        "an event that is dropped",
        "- {event: 650 HS_DESC UPLOADED \(other) UNKNOWN $00, gives: [650 HS_DESC UPLOADED \(other) UNKNOWN $00]}",
        "21:7: expected `650 HS_DESC UPLOADED \(other) UNKNOWN $00` for the client, got nothing"
    ),
    Play(
        "an event that is passed on",
        "- {event: 650 BW 1 2, gives: []}",
        "21:7: expected nothing for the client, got `650 BW 0 0`"
    ),
    Play(
        "texts that are no event",
        """
        - {event: 250 OK, gives: []}
        - {event: nonsense, gives: []}
        - {event: 650-BW 1 2, gives: []}
        - {event: [650 BW 1 2, 650 BW 1 2], gives: []}
        """,
        "21:7: a line of the event does not begin with 650",
        "22:7: the event has a line that is none of tor's",
        "23:7: an event begins with `650` and its name, and ends in an end line",
        "24:7: the event has lines behind its end line"
    ),
    Play(
        "`own` where nobody asks whose the stream is",
        """
        - {event: 650 BW 1 2, own: true, gives: [650 BW 0 0]}
        - client: {host: 10.1.2.3}
          event: 650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=10.1.2.4:4000 PURPOSE=USER
          own: true
          gives: ['650 STREAM 5 NEW 0 a:80 SOURCE_ADDR=10.1.2.4:4000 PURPOSE=USER']
        """,
        "21:7: `own` says nothing here: it is not asked whose the stream is",
        "22:7: `own` says nothing here: it is not asked whose the stream is"
    ),
    Play(
        "a step before it that does not go through",
        "- {before: [{send: 'ADD_ONION NEW:BEST Port=81,5000'}], send: DEL_ONION \(service), expect: filter}",
        "21:17: the step before it, `ADD_ONION NEW:BEST Port=81,5000`, does not go through: "
            + "filter (`onions` does not allow it: the virtual port 81 is not in `ports`, 14:3)"
    ),
    Play(
        "a step before it to which tor says something else",
        "- {before: [{send: GETINFO version}], send: GETINFO version, expect: forward}",
        "21:17: the step before it, `GETINFO version`, ends the session at tor's reply: "
            + "tor's reply does not fit the command GETINFO"
    ),
    Play(
        "a step before it that needs no reply",
        "- {before: [{send: SIGNAL NEWNYM, reply: [250 OK]}], send: GETINFO version, expect: forward}",
        "21:17: the step before it, `SIGNAL NEWNYM`, has a `reply`, and tor is not asked: "
            + "answer (a rule allows it, 9:14)"
    ),
    Play(
        "a step before it after which there is no session",
        "- {before: [{send: QUIT}], send: GETINFO version, expect: forward}",
        "21:7: the session has ended before `GETINFO version`: the client said QUIT"
    ),
    Play(
        "an event before it that nobody has asked for",
        "- {before: [{event: 650 WARN x}], send: GETINFO version, expect: forward}",
        "21:17: the client may not ask for WARN: filter (no profile lists the event WARN)"
    ),
    Play(
        "a client that the profile is not for",
        "- {send: GETINFO version, client: {user: alice, apparmor: /usr/bin/other}, expect: forward}",
        "21:7: expected forward, got filter (no profile matches) -> the profile `a` is not for the client of this test"
    ),
    Play(
        "only the tests that fail",
        """
        - {send: GETINFO version, expect: forward}
        - {send: GETINFO address, expect: forward}
        - {send: GETINFO version, expect: forward}
        """,
        "22:7: expected forward, got filter (no rule matches)"
    ),
]

@Suite struct RehearsalTests {
    @Test("a test that says what happens passes", arguments: passing)
    func passes(example: Play) {
        #expect(play(profile, tests: example.tests) == [])
    }

    @Test("a test that says something else fails, with what came and why", arguments: failing)
    func fails(example: Play) {
        #expect(play(profile, tests: example.tests) == example.failures)
    }

    @Test("a test is played under all profiles of the file that are for its client, and no others")
    func union() {
        let failures = play(
            """
            - {name: one, hosts: [10.0.0.0/8], commands: {GETINFO: [version]}, tests: [
                {send: GETINFO address, expect: forward},
                {send: GETINFO uptime, expect: filter}]}
            - {name: two, hosts: [10.0.0.0/16], commands: {GETINFO: [address]}}
            - {name: three, hosts: [192.0.2.0/24], commands: {GETINFO: [uptime]}}
            """
        )
        #expect(failures == [])
    }

    @Test("the default client is one of the test's own profile")
    func ownProfile() {
        let failures = play(
            """
            - {name: one, hosts: [10.0.0.1], commands: {GETINFO: [version]}, tests: [
                {send: GETINFO version, expect: forward}, {send: GETINFO address, expect: filter}]}
            - {name: two, hosts: [10.0.0.2], commands: {GETINFO: [address]}, tests: [
                {send: GETINFO version, expect: filter}, {send: GETINFO address, expect: forward}]}
            """
        )
        #expect(failures == [])
    }

    @Test("tests of a profile that is for nobody fail and say so, and one that names a client is played")
    func nobody() {
        let failures = play(
            """
            - {name: one, users: ['*'], commands: {GETINFO: [version]}, tests: [
                {send: GETINFO version, expect: filter},
                {send: GETINFO version, expect: filter, client: {user: alice}},
                {send: GETINFO version, expect: forward, client: {user: alice}}]}
            """
        )
        #expect(
            failures == [
                "2:5: the qualifiers of the profile `one` match no client that could send it "
                    + "-> mend the qualifiers, or say with `client` who sends it",
                "4:5: expected forward, got filter (no profile matches) -> the profile `one` is not for the client of this test",
            ]
        )
    }

    @Test(
        "what a file cannot be used for is not played",
        arguments: ["- {hosts: [x], ", "- {hosts: ['*'], nonsense: {, "])
    func broken(beginning: String) {
        let text = beginning + "tests: [{send: GETINFO version, expect: forward}]}\n"
        let loaded = ProfileLoader().load([SourceFile(path: "a", name: "a", content: .bytes(Array(text.utf8)))])
        let rehearsal = Rehearsal(of: loaded.files[0])
        #expect(loaded.files[0].status == .broken)
        #expect(rehearsal.testCount == 0)
        #expect(rehearsal.failures == [])
    }

    @Test("a failing test takes nothing from the policy")
    func usable() {
        let text = "- {hosts: ['*'], commands: {GETINFO: [version]}, tests: [{send: GETINFO version, expect: filter}]}"
        let loaded = ProfileLoader().load([SourceFile(path: "a", name: "a", content: .bytes(Array(text.utf8)))])
        #expect(Rehearsal(of: loaded.files[0]).failures.count == 1)
        #expect(loaded.files[0].status == .used)
        #expect(loaded.profileCount == 1)
        #expect(loaded.count(of: .error) == 0)
    }
}
