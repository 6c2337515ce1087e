// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a finding is called: in brackets behind its text, in `# sieve: allow NAME`, and as a rule's identifier in SARIF.
package enum FindingName: String, Hashable, Sendable, CaseIterable {
    // What lets more through than is meant
    case trailingArguments = "trailing-arguments"
    case dangerousPermission = "dangerous-permission"
    case unrewrittenTarget = "unrewritten-target"
    case withoutOwn = "without-own"
    case leakingEvent = "leaking-event"
    case unmatchedLines = "unmatched-lines"
    case matchesEverybody = "matches-everybody"
    case interpreter
    case contradiction
    // What does nothing
    case neverMatches = "never-matches"
    case shadowed
    case matchesNobody = "matches-nobody"
    case doesNothing = "does-nothing"
    case patternSlip = "pattern-slip"
    case patternInReplacement = "pattern-in-replacement"
    // What is written otherwise than it is read
    case unknownKey = "unknown-key"
    case unknownCommand = "unknown-command"
    case unknownEvent = "unknown-event"
    case unknownOption = "unknown-option"
    case legacyKey = "legacy-key"
    case repeated
    case untrustedFile = "untrusted-file"
    // An error, which nothing allows
    case failedTest = "failed-test"
    // Comments that silence a finding
    case unknownFinding = "unknown-finding"
    case unusedAllow = "unused-allow"

    /// What it is, in one line without a full stop.
    package var summary: String {
        switch self {
        case .trailingArguments: "a pattern lets further arguments ride along"
        case .dangerousPermission: "a rule lets through what no application should need"
        case .unrewrittenTarget: "an onion service may lead elsewhere than to the client's own machine"
        case .withoutOwn: "a rule or event reaches what belongs to other applications"
        case .leakingEvent: "an event tells of what everybody does with tor"
        case .unmatchedLines: "lines that no rule of a `response` matches pass as they are"
        case .matchesEverybody: "the qualifiers of a profile match everybody"
        case .interpreter: "an interpreter stands for whatever program it runs"
        case .contradiction: "two profiles for the same client contradict each other"
        case .neverMatches: "a pattern matches nothing that can stand in its place"
        case .shadowed: "an earlier pattern matches all that this one matches"
        case .matchesNobody: "a qualifier, or all of them together, match nobody"
        case .doesNothing: "something has no effect where it stands"
        case .patternSlip: "a pattern means something else than it seems to"
        case .patternInReplacement: "a replacement holds a piece of a regular expression"
        case .unknownKey: "a key that nothing reads"
        case .unknownCommand: "a command that tor does not have, or not in this form"
        case .unknownEvent: "an event that tor does not have"
        case .unknownOption: "an option that tor does not have"
        case .legacyKey: "a key of older versions"
        case .repeated: "the same thing stands twice"
        case .untrustedFile: "others than root can change the file"
        case .failedTest: "a test of a profile does not come out as it says"
        case .unknownFinding: "a comment allows a finding that does not exist"
        case .unusedAllow: "a comment allows a finding that is not there"
        }
    }

    /// Why it matters and what to do, in a few sentences.
    package var help: String {
        switch self {
        case .trailingArguments:
            """
            SETCONF, ADD_ONION and others take several arguments, and a pattern with `.*`, `.+` or a class that has the blank in it \
            takes all of them. Write out what may follow, as in `[01]`, `\\S+` or `( Flags=V3Auth)?`, or use `confs` and `onions`, \
            which judge each argument by itself.
            """
        case .dangerousPermission:
            """
            It tells who the user is or where, changes tor for everybody, or stops it. Leave it out, or give a fixed answer with \
            `answer`. Where the program is made for just that, say so in a comment.
            """
        case .unrewrittenTarget:
            """
            A client from another machine names a target as seen from here, so that the service would publish what listens on this \
            machine or a third one. Write the target anew with `{client-address}`, or use `onions`.
            """
        case .withoutOwn:
            """
            Tor does not ask whose a service, circuit, stream or key is. With `own: true` an application is shown and can touch only \
            what it has made itself; for streams and circuits `tor-browser-mode: true` does as well.
            """
        case .leakingEvent:
            """
            Everybody's addresses, guards, circuits or mistakes go by in it. Programs that subscribe out of habit are content with \
            `suppress: true`.
            """
        case .unmatchedLines:
            """
            Rewriting that is meant to hide something hides it only in the lines that its patterns match. Put `else: drop` at its \
            end, or a last rule for everything.
            """
        case .matchesEverybody:
            """
            Every program of this machine, or every machine that can reach a listener, may do what the profile lists. Name users with \
            labels or units, or addresses and networks.
            """
        case .interpreter:
            """
            The executable of a script is its interpreter, so every script of that user is meant as well. Confine the program by an \
            AppArmor profile of its own, run it as a unit, or give it a socket of its own.
            """
        case .contradiction:
            """
            For a client of both, rules and events of the file that comes later by name decide, and the other profile's have no \
            effect. Make them agree, or their qualifiers exclude each other.
            """
        case .neverMatches:
            """
            The rule was written for a line that tor does not give there, or for a command that tor could not read; whatever it was \
            to hide is shown.
            """
        case .shadowed:
            "The first pattern that matches decides. Put the narrower one first, or take it out."
        case .matchesNobody:
            "A local client is matched by `users` together with `apparmor-profiles` or `units`, or by a socket; a remote one by `hosts`."
        case .doesNothing:
            "What is answered by onion-sieve itself, suppressed, or empty needs no rule. Take it out."
        case .patternSlip:
            "`=*` repeats the `=`, `{1.3}` is plain characters, `[0-]` is `0` or `-`: write `=.*`, `{1,3}`, `[0-9]`."
        case .patternInReplacement:
            "A replacement is a text with `{}` for what the parentheses took; a pattern in it is sent to tor letter by letter."
        case .unknownKey:
            "Nothing reads it, so that what it was to say is not said. Under --strict it is an error."
        case .unknownCommand:
            "The rule is never asked, or tor refuses what it lets through."
        case .unknownEvent:
            "Nothing ever comes of it."
        case .unknownOption:
            "Tor refuses it."
        case .legacyKey:
            "It is still read, or was never of use; write the name of today."
        case .repeated:
            "Put everything into one place, and give each profile a name of its own."
        case .untrustedFile:
            "`serve` does not use a file that others than root can write, or whose directory they can."
        case .failedTest:
            "Mend the profile if the test says what is meant, or else the test."
        case .unknownFinding:
            "Correct the name; onion-sieve-lint(7) lists all of them."
        case .unusedAllow:
            "The finding was mended, or stands on another line: take the comment out, or move it."
        }
    }
}
