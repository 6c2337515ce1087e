// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

/// A profile with mistakes, and what is said of them.
struct Mistake: CustomTestStringConvertible {
    let testDescription: String
    let text: String
    let lines: [String]

    init(_ name: String, _ text: String, _ lines: String...) {
        testDescription = name
        self.text = text
        self.lines = lines
    }

    /// A profile for remote clients with these lines in it.
    static func inProfile(_ name: String, _ text: String, _ lines: String...) -> Mistake {
        var mistake = Mistake(name, "- hosts: ['*']\n" + text.split(separator: "\n").map { "  \($0)\n" }.joined())
        mistake = Mistake(name: name, text: mistake.text, lines: lines)
        return mistake
    }

    private init(name: String, text: String, lines: [String]) {
        testDescription = name
        self.text = text
        self.lines = lines
    }
}

private let wholeFiles: [Mistake] = [
    Mistake(
        "an empty file",
        "",
        "1:1: warning: no profile in it -> to take a file of the same name in another directory out of use, "
            + "link this one to /dev/null"
    ),
    Mistake(
        "a file of comments",
        "# nothing\n",
        "1:1: warning: no profile in it -> to take a file of the same name in another directory out of use, "
            + "link this one to /dev/null"
    ),
    Mistake("a text", "hello\n", "1:1: error: expected a list of profiles, found the text `hello`"),
    Mistake(
        "two documents",
        "- hosts: ['*']\n---\n- hosts: ['*']\n",
        "3:1: error: the file has more than one document, where one is read -> put all profiles into one list, "
            + "and take out the line `---` between them"
    ),
    Mistake(
        "a profile that is a text",
        "- hosts: ['*']\n- onionshare\n",
        "2:3: error: expected a mapping for a profile, found the text `onionshare`"
    ),
    Mistake(
        "a key twice",
        "- hosts: ['*']\n  users: ['*']\n  hosts: ['*']\n",
        "3:3: error: the key `hosts` is here a second time; the first is on line 1 -> put everything under one of them"
    ),
    Mistake(
        "a profile that is for nobody",
        "- users: ['*']\n  exe-paths: ['*']\n",
        "1:3: warning: no client is ever matched by the profile `40_application` -> a local client is matched by "
            + "`sockets`, or by `users` together with `apparmor-profiles` or `units`, a remote one by `hosts`"
    ),
    Mistake(
        "a name twice",
        "- {name: a, hosts: ['*']}\n- {name: a, hosts: ['*']}\n",
        "2:10: warning: the name `a` is taken by the profile at 1:10 -> give it a name of its own, so that the log can "
            + "tell them apart"
    ),
    Mistake(
        "several mistakes at once",
        "- hosts: [nowhere]\n  commands:\n    GETINFO: ['(', 'a)', '[']\n",
        "1:11: error: `nowhere` is no address and no network -> write `*`, an address like `10.152.152.11` or `fd00::11`, "
            + "or a network like `10.152.152.0/24`; names are not looked up",
        "3:16: error: this group is never closed: `)` is missing",
        "3:22: error: `)` closes no group -> write `\\)` for the character itself",
        "3:27: error: this class is never closed: `]` is missing"
    ),
]

private let keys: [Mistake] = [
    .inProfile(
        "an unknown key",
        "comands: {GETINFO: [version]}",
        "2:3: warning: a profile has no key `comands` -> did you mean `commands`?"
    ),
    .inProfile(
        "an unknown key whose likely meaning narrows",
        "exe-pahts: [/usr/bin/app]",
        "2:3: error: a profile has no key `exe-pahts` -> did you mean `exe-paths`?"
    ),
    .inProfile(
        "an unknown key in a rule",
        "commands: {GETINFO: [{pattern: version, dney: true}]}",
        "2:43: error: a rule has no key `dney` -> did you mean `deny`?"
    ),
    .inProfile(
        "a key of older versions",
        "cmdline: [/usr/bin/app]",
        "2:3: warning: nothing reads `cmdline` any more -> name the program by `apparmor-profiles` together with `users`"
    ),
    .inProfile(
        "a key in two spellings",
        "match-hosts: ['10.0.0.1']",
        "2:3: error: `match-hosts` is `hosts` of line 1 once more -> put everything under `hosts`"
    ),
    .inProfile("a name that is a list", "name: [a]", "2:9: error: expected a text for `name`, found a list"),
    .inProfile(
        "a name with an escape sequence",
        "name: \"a\\e[2J\"",
        "2:9: error: expected a name that can be shown on one line"
    ),
    .inProfile(
        "a truth value in quotes",
        "complain: 'true'",
        "2:13: error: expected `true` or `false` for `complain`, found the text `true` -> leave the quotes out"
    ),
]

private let qualifiers: [Mistake] = [
    .inProfile(
        "a qualifier that is a text",
        "users: alice",
        "2:10: error: expected a list for `users`, found the text `alice` -> write `[alice]`"
    ),
    .inProfile(
        "a qualifier without values",
        "users: []",
        "2:10: warning: `users` has no value, so it matches nobody -> write `['*']` for anybody, or leave the key out"
    ),
    .inProfile(
        "a value that is a truth value",
        "users: [no]",
        "2:11: error: expected a text for a value of `users`, found the truth value `no` -> quote it: `'no'`"
    ),
    .inProfile(
        "a value that is an octal number",
        "users: [010]",
        "2:11: error: expected a text for a value of `users`, found the number `010` -> quote it: `'010'`"
    ),
    .inProfile(
        "a star inside a path",
        "exe-paths: ['/usr/bin/*']",
        "2:15: warning: `*` in `/usr/bin/*` is a plain character: in `exe-paths` it stands for anything only where it "
            + "stands alone -> write each value out, or `*` alone for any"
    ),
    .inProfile(
        "a path that is none",
        "exe-paths: [app]",
        "2:15: warning: `app` is no absolute path, so no executable has it -> write the whole path of "
            + "the program, as in `/usr/bin/app`"
    ),
    Mistake(
        "a network with bits behind its prefix",
        "- hosts: [10.152.152.11/24]\n",
        "1:11: error: `10.152.152.11/24` is no address and no network -> the network is `10.152.152.0/24`"
    ),
]

private let commands: [Mistake] = [
    .inProfile(
        "commands that are a list", "commands: [GETINFO]",
        "2:13: error: expected a mapping for `commands`, found a list"),
    .inProfile(
        "a command without rules", "commands: {QUIT: }",
        "2:20: warning: `QUIT` has no rule, so nothing is allowed for it -> write a pattern for what may be sent, "
            + "or take it out"),
    .inProfile(
        "a command with one pattern in place of a list",
        "commands: {GETINFO: version}",
        "2:23: error: expected a list for the rules of `GETINFO`, found the text `version` -> write `[version]`"
    ),
    .inProfile(
        "a command that nobody knows",
        "commands: {GETINFOS: [version]}",
        "2:14: warning: tor has no command `GETINFOS` that is known here -> did you mean `GETINFO`?"
    ),
    .inProfile(
        "a command that is no keyword",
        "commands: {'GET INFO': [version]}",
        "2:14: error: `GET INFO` is no name of a command -> names are letters, digits, `_` and `-`, with a `+` before "
            + "those that carry a data block"
    ),
    .inProfile(
        "a command in two spellings",
        "commands: {GETINFO: [version], getinfo: [address]}",
        "2:34: warning: `GETINFO` is on line 2 already; the rules here come after those -> put all rules under one of them"
    ),
    .inProfile(
        "data blocks that tor does not take, or misses",
        "commands: {+GETINFO: [version], LOADCONF: ['']}",
        "2:14: warning: tor takes `GETINFO` without a data block -> write `GETINFO`",
        "2:35: warning: tor takes `LOADCONF` only with a data block -> write `+LOADCONF`"
    ),
    .inProfile(
        "rules that do nothing",
        "commands: {QUIT: [''], SETEVENTS: [CIRC, {pattern: STREAM, deny: true}]}",
        "2:21: warning: the rule does nothing: `QUIT` is always answered without asking tor -> take it out: no "
            + "profile needs to allow the command",
        "2:38: warning: the rule does nothing: what a client may subscribe to is listed under `events` -> "
            + "take it out, and list the events under `events`"
    ),
    .inProfile(
        "a pattern that is a number with a fraction",
        "commands: {GETINFO: [0.4]}",
        "2:24: error: expected a text for a pattern, found the number `0.4` -> quote it: `'0.4'`"
    ),
    .inProfile(
        "a rule that is a list", "commands: {GETINFO: [[version]]}",
        "2:24: error: expected a pattern or a mapping for a rule, found a list"),
    .inProfile(
        "a rule without a pattern", "commands: {GETINFO: [{deny: true}]}", "2:24: error: a rule needs a `pattern`"),
    .inProfile(
        "a template for a group that is not there",
        "commands: {GETINFO: [{pattern: 'a(.)', replacement: '{} {}'}]}",
        "2:59: error: this is the 2. `{}`, but the pattern has 1 group -> put what is to be taken over into parentheses in "
            + "the pattern"
    ),
    .inProfile(
        "a denial that also replaces",
        "commands: {GETINFO: [{pattern: a, deny: true, replacement: b}]}",
        "2:49: error: `replacement` cannot stand beside `deny`: the rule filters the command"
    ),
    .inProfile(
        "an answer that also rewrites",
        "commands: {GETINFO: [{pattern: a, answer: 250 OK, response: []}]}",
        "2:53: error: `response` cannot stand beside `answer`: tor is not asked"
    ),
    .inProfile(
        "an else without a response",
        "commands: {GETINFO: [{pattern: a, else: drop}]}",
        "2:37: error: `else` has no meaning without `response`"
    ),
    .inProfile(
        "an else that does not drop",
        "commands: {GETINFO: [{pattern: a, response: [], else: keep}]}",
        "2:57: error: `keep` is nothing that `else` can have -> expected one of `drop`"
    ),
    .inProfile(
        "a response without a replacement",
        "commands: {GETINFO: [{pattern: a, response: [{pattern: b}]}]}",
        "2:48: error: an entry of `response` needs a `replacement`"
    ),
    .inProfile(
        "an answer that does not end",
        "commands: {GETINFO: [{pattern: a, answer: ['250-a=b']}]}",
        "2:46: error: the last line of `answer` does not end the reply -> an answer is lines like `250-version=0.4.9`, "
            + "and `250 OK` at the end"
    ),
    .inProfile(
        "an answer that is an event",
        "commands: {GETINFO: [{pattern: a, answer: 650 OK}]}",
        "2:45: error: the status 650 is none that a command is answered with: they begin with 2, 4 or 5 -> an answer is "
            + "lines like `250-version=0.4.9`, and `250 OK` at the end"
    ),
    .inProfile(
        "an answer with a line break",
        #"commands: {GETINFO: [{pattern: a, answer: "250 OK\r\n250 OK"}]}"#,
        "2:45: error: a line of `answer` has a character that is not printable ASCII -> an answer is lines like "
            + "`250-version=0.4.9`, and `250 OK` at the end"
    ),
    .inProfile(
        "an answer of no lines", "commands: {GETINFO: [{pattern: a, answer: []}]}",
        "2:45: error: `answer` has no line, and a client would wait for ever"),
]

private let events: [Mistake] = [
    .inProfile(
        "an event that nobody knows",
        "events: [HS_DECS]",
        "2:12: warning: tor has no event `HS_DECS` that is known here -> did you mean `HS_DESC`?"
    ),
    .inProfile(
        "an event that is retired",
        "events: [EXTENDED]",
        "2:12: warning: tor has retired the event EXTENDED: a client may ask for it, and nothing ever comes -> "
            + "take it out, unless a program cannot do without asking for it"
    ),
    .inProfile("an event twice", "events: [CIRC, circ]", "2:18: error: the event CIRC is on line 2 already"),
    .inProfile(
        "an event that is a text", "events: {CIRC: suppress}",
        "2:18: error: expected a mapping for an event, found the text `suppress`"),
    .inProfile(
        "a response that is never sent",
        "events: {CIRC: {suppress: true, response: []}}",
        "2:35: warning: the response does nothing: the event is never sent -> take out either `response` or "
            + "`suppress`"
    ),
    .inProfile(
        "no events", "events:",
        "2:10: warning: `events` has nothing in it -> list what is allowed, or take it "
            + "out"),
]

private let confs: [Mistake] = [
    .inProfile(
        "the beginning of an option",
        "confs: {usebridge: }",
        "2:11: warning: the entry does nothing: `usebridge` is the beginning of a name, and such are filtered -> write the "
            + "whole name, as `UseBridges`"
    ),
    .inProfile(
        "an option that nobody knows",
        "confs: [UsesBridges]",
        "2:11: warning: tor has no option `UsesBridges` that is known here -> did you mean `UseBridges`?"
    ),
    .inProfile(
        "an option in two spellings",
        "confs: {UseBridges: ['1'], usebridges: }",
        "2:30: warning: UseBridges is on line 2 already; what both allow is allowed -> put everything under one of them"
    ),
    .inProfile(
        "values that are a text",
        "confs: {UseBridges: '1'}",
        "2:23: error: expected a list for the values of UseBridges, found the text `1` -> write `[1]`"
    ),
    .inProfile("an option that is none", "confs: ['a b']", "2:11: error: `a b` is no name of an option"),
]

private let own: [Mistake] = [
    .inProfile(
        "own where nothing is anybody's own",
        "commands: {SIGNAL: [{pattern: NEWNYM, own: true}]}\nevents: {BW: {own: true}, STREAM: {own: true}}",
        "2:41: error: `own` says nothing here: of this it cannot be told whose it is -> it can stand at CLOSECIRCUIT, "
            + "CLOSESTREAM, DEL_ONION, GETINFO, HSFETCH, ONION_CLIENT_AUTH_ADD, ONION_CLIENT_AUTH_REMOVE, ONION_CLIENT_AUTH_VIEW",
        "3:17: error: `own` says nothing here: of this it cannot be told whose it is -> it can stand at CIRC, CIRC_MINOR, "
            + "HS_DESC, HS_DESC_CONTENT, STREAM"
    ),
    .inProfile(
        "own on a command with a data block",
        "commands: {+HSPOST: [{pattern: '.*', own: true}]}",
        "2:40: error: `own` says nothing here: of this it cannot be told whose it is -> it can stand at CLOSECIRCUIT, "
            + "CLOSESTREAM, DEL_ONION, GETINFO, HSFETCH, ONION_CLIENT_AUTH_ADD, ONION_CLIENT_AUTH_REMOVE, ONION_CLIENT_AUTH_VIEW"
    ),
    .inProfile(
        "own that is no truth value",
        "commands: {DEL_ONION: [{pattern: '.*', own: mine}]}",
        "2:47: error: expected `true` or `false` for `own`, found the text `mine`"
    ),
]

private let unbuilt: [Mistake] = [
    .inProfile(
        "limits",
        "limits: {sessions: 2, onions: -1, comands-per-second: 5}",
        "2:33: error: expected a whole number from 1 for `onions`, found the number `-1`",
        "2:37: error: `limits` has no key `comands-per-second` -> did you mean `commands-per-second`?"
    ),
    .inProfile(
        "limits that are no numbers of things",
        "limits: {sessions: 0, onions: 1.5, commands-per-second: many}",
        "2:22: error: expected a whole number from 1 for `sessions`, found the number `0`",
        "2:33: error: expected a whole number from 1 for `onions`, found the number `1.5`",
        "2:59: error: expected a whole number from 1 for `commands-per-second`, found the text `many`"
    ),
    .inProfile(
        "limits that are none",
        "limits: {sessions: 99999999999, onions: 0x10, commands-per-second: 1000001}",
        "2:22: error: expected a whole number from 1 for `sessions`, found the number `99999999999`",
        "2:43: error: expected a whole number from 1 for `onions`, found the number `0x10`",
        "2:70: error: expected at most 1000000 for `commands-per-second`, found the number `1000001` -> leave the key out for "
            + "no limit"
    ),
    .inProfile(
        "limits that are no mapping",
        "limits: 5",
        "2:11: error: expected a mapping for `limits`, found the number `5`"
    ),
    .inProfile(
        "limits twice",
        "limits: {sessions: 2, sessions: 3}",
        "2:25: error: the key `sessions` is here a second time; the first is on line 2 -> put everything under one of them"
    ),
]

@Suite struct DiagnosticTests {
    @Test(
        "every mistake is named at its place",
        arguments: wholeFiles + keys + qualifiers + commands + events + confs + own + unbuilt)
    func named(mistake: Mistake) {
        #expect(load(mistake.text).lines == mistake.lines)
    }

    @Test(
        "a file with an error is left out whole, one with warnings is used",
        arguments: wholeFiles + keys + qualifiers + commands)
    func leftOut(mistake: Mistake) {
        let loaded = load(mistake.text)
        let isBroken = mistake.lines.contains { $0.contains(": error: ") }
        #expect(isBroken == (loaded.files[0].status == .broken))
        if isBroken { #expect(loaded.profileCount == 0) }
    }

    @Test(
        "in strict mode keys that nothing reads are errors",
        arguments: ["comands: {}", "cmdline: [a]", "flavour: sweet"])
    func strict(text: String) {
        let text = "- hosts: ['*']\n  \(text)\n"
        #expect(load(text).count(of: .error) == 0)
        #expect(load(text).count(of: .warning) == 1)
        #expect(load(text, isStrict: true).count(of: .error) == 1)
        #expect(load(text, isStrict: true).profileCount == 0)
    }

    @Test("what a file says cannot act on the terminal that shows it")
    func escaped() {
        let lines = load("- \"\\e[2J\\u202E\": 1\n  hosts: ['*']\n").lines
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix(#"1:3: warning: a profile has no key `\u{1b}[2J\u{202e}` -> it can have "#))
    }
}
