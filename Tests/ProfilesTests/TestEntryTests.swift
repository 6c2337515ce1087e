// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

private let mistakes: [Mistake] = [
    .inProfile("no list", "tests: 5", "2:10: error: expected a list for `tests`, found the number `5` -> write `[5]`"),
    .inProfile("a text", "tests: [a]", "2:11: error: expected a mapping for a test, found the text `a`"),
    .inProfile(
        "nothing that happens", "tests: [{}]", "2:11: error: a test, and a step before it, needs a `send` or an `event`"
    ),
    .inProfile(
        "two things that happen",
        "tests: [{send: a, event: b, gives: []}]",
        "2:21: error: `event` cannot stand beside `send`: one thing happens at a time"
    ),
    .inProfile(
        "a key that is not known",
        "tests: [{sned: a, expect: filter}]",
        "2:11: error: a test, and a step before it, needs a `send` or an `event`",
        "2:12: error: a test has no key `sned` -> did you mean `send`?"
    ),
    .inProfile(
        "no expectation",
        "tests: [{send: a}, {event: a}]",
        "2:11: error: a test with `send` needs `expect`, `forwards` or `gives`",
        "2:22: error: a test with `event` needs `gives`"
    ),
    .inProfile(
        "an expectation that there is not",
        "tests: [{send: a, expect: maybe}]",
        "2:29: error: `maybe` is nothing that `expect` can have -> expected one of `forward`, `rewrite`, `answer`, `filter`"
    ),
    .inProfile(
        "a reply of which nothing is expected",
        "tests: [{send: a, expect: forward, reply: [b]}]",
        "2:38: error: `reply` needs `gives` beside it, for what the client gets of it"
    ),
    .inProfile(
        "what the client gets of a reply that is missing",
        "tests: [{send: a, expect: forward, gives: [b]}, {send: a, forwards: b, gives: [b]}]",
        "2:38: error: `gives` needs `reply` beside it where tor is asked, for what tor says",
        "2:74: error: `gives` needs `reply` beside it where tor is asked, for what tor says"
    ),
    .inProfile(
        "a reply of nothing",
        "tests: [{send: a, reply: [], gives: []}]",
        "2:28: error: `reply` has no line"
    ),
    .inProfile(
        "expectations that contradict each other",
        """
        tests:
          - {send: a, expect: filter, forwards: a}
          - {send: a, expect: answer, reply: [b], gives: [b]}
          - {send: a b, expect: forward, forwards: a c}
          - {send: a b, expect: rewrite, forwards: A b}
        """,
        "3:33: error: `forwards` contradicts `expect: filter`: tor gets nothing",
        "4:33: error: `reply` contradicts `expect: answer`: tor gets nothing",
        "5:46: error: `forwards` contradicts `expect: forward`: it is not what `send` is "
            + "-> write `expect: rewrite`, or nothing beside `forwards`",
        "6:46: error: `forwards` contradicts `expect: rewrite`: it is what `send` is"
    ),
    .inProfile(
        "what says nothing of an event",
        "tests: [{event: a, expect: forward, forwards: a, reply: [a], gives: []}]",
        "2:22: error: `expect` says nothing of an `event`: it has `gives`",
        "2:39: error: `forwards` says nothing of an `event`: it has `gives`",
        "2:52: error: `reply` says nothing of an `event`"
    ),
    .inProfile(
        "what says nothing of a command",
        "tests: [{send: a, own: true, expect: filter}]",
        "2:21: error: `own` says nothing of a command: it says of an `event` that its stream is the client's"
    ),
    .inProfile(
        "several lines as a command",
        #"tests: [{send: "a\nb", expect: filter}, {send: "a\n", expect: filter}, {send: "+a\nb", expect: filter}]"#,
        "2:18: error: `send` has a line break in it, and a command is one line -> only a command with a `+` before it has "
            + "further lines: its data block, without the `.` at the end"
    ),
    .inProfile(
        "several lines as one",
        #"tests: [{send: a, gives: ["a\nb"]}, {event: "a\rb", gives: []}, {send: a, forwards: "a\n"}]"#,
        "2:29: error: a line of `gives` has a line break in it -> write each line by itself",
        "2:47: error: a line of `event` has a line break in it -> write each line by itself",
        "2:87: error: `forwards` has a line break in it -> write each line by itself"
    ),
    .inProfile(
        "clients that there are not",
        """
        tests:
          - {send: a, expect: filter, client: {host: example.com}}
          - {send: a, expect: filter, client: {host: 10.0.0.1, user: a}}
          - {send: a, expect: filter, client: {}}
          - {send: a, expect: filter, client: me}
          - {send: a, expect: filter, client: {usr: me}}
        """,
        "3:48: error: `example.com` is no address",
        "4:42: error: `host` is for a client from elsewhere: nothing else is known of it",
        "5:41: error: `client` says nothing of the client",
        "6:41: error: expected a mapping for the client of a test, found the text `me`",
        "7:41: error: `client` says nothing of the client",
        "7:42: error: the client of a test has no key `usr` -> did you mean `user`?"
    ),
    .inProfile(
        "steps that do not happen",
        """
        tests:
          - {before: {send: a}, send: a, expect: filter}
          - {before: [{reply: [a]}], send: a, expect: filter}
          - {before: [{send: a, gives: [b]}], send: a, expect: filter}
          - {before: [{event: []}], send: a, expect: filter}
          - {before: [{send: a, own: maybe}], send: a, expect: filter}
        """,
        "3:16: error: expected a list for `before`, found a mapping",
        "4:17: error: a test, and a step before it, needs a `send` or an `event`",
        "5:27: error: a step of `before` has no key `gives` -> it can have `send`, `reply`, `event`, `own`",
        "6:25: error: `event` has no line",
        "7:27: error: `own` says nothing of a command: it says of an `event` that its stream is the client's",
        "7:32: error: expected `true` or `false` for `own`, found the text `maybe`"
    ),
]

@Suite struct TestEntryTests {
    @Test("a test that could not fail, or not pass, is an error at its place", arguments: mistakes)
    func named(mistake: Mistake) {
        let loaded = load(mistake.text)
        #expect(loaded.lines == mistake.lines)
        #expect(loaded.files[0].status == .broken)
    }
}
