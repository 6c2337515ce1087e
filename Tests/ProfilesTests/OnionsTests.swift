// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

/// `onions` as it is written: what it comes to, and every mistake at its place.
@Suite struct OnionsTests {
    /// Three good keys on line 3, 4 and 5, and lines of the test's own behind or in their place.
    private static func profile(
        keys: String = "[new, own]",
        ports: String = "[80]",
        targets: String = "[17600-17659]",
        _ more: String = ""
    ) -> String {
        """
        - hosts: ['*']
          onions:
            keys: \(keys)
            ports: \(ports)
            targets: \(targets)
            \(more)
        """
    }

    @Test func theExampleOfTheManualMeansWhatItSays() {
        let loaded = load(
            """
            - hosts: ['*']
              onions:
                keys: [new, own]
                ports: [80, 443, 8000-8099]
                targets: [17600-17659, '10.0.0.5:8080', 'unix:/run/app/web']
                flags: [V3Auth]
                add-flags: [DiscardPK]
                parameters: [ClientAuthV3, MaxStreams, PoWDefensesEnabled, PoWQueueRate, PoWQueueBurst]
                max: 5
            """
        )
        #expect(loaded.lines == [])
        #expect(
            loaded.outcome("ADD_ONION NEW:BEST Port=80,17600 MaxStreams=5")
                == "ADD_ONION NEW:BEST Flags=DiscardPK Port=80,10.152.152.11:17600 MaxStreams=5")
        #expect(
            loaded.outcome("ADD_ONION NEW:BEST Port=8099,unix:/run/app/web")
                == "ADD_ONION NEW:BEST Flags=DiscardPK Port=8099,unix:/run/app/web")
        #expect(
            loaded.outcome("ADD_ONION NEW:BEST Port=443,10.0.0.5:8080", from: .local) == "filter",
            "the profile is not for a local client")
        #expect(loaded.outcome("ADD_ONION NEW:BEST Port=81,17600") == "filter")
        #expect(loaded.outcome("GETINFO onions/current") == "GETINFO onions/current")
        #expect(loaded.outcome("DEL_ONION " + String(repeating: "a", count: 56)) == "filter")
    }

    @Test func aServiceNamesTheLineOfOnions() {
        let rule = load(Self.profile()).files[0].profiles[0].onions
        #expect(rule?.origin.description == "40_application.yml:2:3")
        #expect(rule?.max == nil)
    }

    static let mistakes: [Mistake] = [
        Mistake(
            "nothing at all", "- hosts: ['*']\n  onions: {}\n",
            "2:3: error: `onions` needs `keys`: what is not listed cannot be published",
            "2:3: error: `onions` needs `ports`: what is not listed cannot be published",
            "2:3: error: `onions` needs `targets`: what is not listed cannot be published"
        ),
        Mistake(
            "a list", "- hosts: ['*']\n  onions: [80]\n", "2:11: error: expected a mapping for `onions`, found a list"),
        Mistake(
            "an unknown key", profile("port: [80]"), "6:5: error: `onions` has no key `port` -> did you mean `ports`?"),
        Mistake(
            "a key of no kind", profile(keys: "[new, old]"),
            "3:17: error: `old` is nothing that a value of `keys` can have -> expected one of `new`, `own`"),
        Mistake("a kind twice", profile(keys: "[new, new]"), "3:17: error: `new` stands in `keys` twice"),
        Mistake(
            "a text", profile(keys: "new"),
            "3:11: error: expected a list for `keys`, found the text `new` -> write `[new]`"),
        Mistake(
            "no port", profile(ports: "[]"),
            "4:12: warning: `ports` is empty, so that nothing can be published -> write what may be "
                + "published, or take `onions` out"),
        Mistake(
            "port 0", profile(ports: "[80, 0]"),
            "4:17: error: expected a port like `80` or a range like `17600-17659`, found the number `0`"),
        Mistake(
            "too great a port", profile(ports: "[65536, 1-65536]"),
            "4:13: error: expected a port like `80` or a range like `17600-17659`, found the number `65536`",
            "4:20: error: expected a port like `80` or a range like `17600-17659`, found the text `1-65536`"),
        Mistake(
            "a range upside down", profile(ports: "[90-80]", targets: "[17659-17600]"),
            "4:13: error: the range `90-80` is upside down -> write `80-90`",
            "5:15: error: the range `17659-17600` is upside down -> write `17600-17659`"),
        Mistake(
            "a port twice", profile(ports: "[80, 443, 80]", targets: "[1-2, 1-2]"),
            "4:22: error: `80` stands in `ports` twice", "5:20: error: `1-2` stands in `targets` twice"),
        Mistake(
            "ranges over each other", profile(ports: "[80, 79-81]", targets: "[1-5, 5-9]"),
            "4:17: warning: `79-81` has ports of `80` in it -> write one range for both",
            "5:20: warning: `5-9` has ports of `1-5` in it -> write one range for both"),
        Mistake(
            "ranges of three", profile(targets: "[1-2-3]"),
            "5:15: error: expected a local port like `17600`, a range like `17600-17659`, an address with a port or a `unix:` "
                + "path, found the text `1-2-3`"),
        Mistake(
            "an address without a port", profile(targets: "['10.0.0.5', '[::1]']"),
            "5:15: error: expected a local port like `17600`, a range like `17600-17659`, an address with a port or a `unix:` "
                + "path, found the text `10.0.0.5`",
            "5:27: error: expected a local port like `17600`, a range like `17600-17659`, an address with a port or a `unix:` "
                + "path, found the text `[::1]`"),
        Mistake(
            "the address of no machine", profile(targets: "['0.0.0.0:80', '[::]:80']"),
            "5:15: error: `0.0.0.0` is no machine's address -> write `127.0.0.1:80`",
            "5:29: error: `[::]` is no machine's address -> write `127.0.0.1:80`"),
        Mistake(
            "names", profile(targets: "['localhost:80', 'a-b.example:80']"),
            "5:15: error: `localhost:80` names a host, which tor would look up outside of its network -> write a literal "
                + "address, or the port alone for the client's own machine",
            "5:31: error: `a-b.example:80` names a host, which tor would look up outside of its network -> write a literal "
                + "address, or the port alone for the client's own machine"),
        Mistake(
            "a place twice", profile(targets: "['127.0.0.1:80', '127.0.0.1:80']"),
            "5:31: error: `127.0.0.1:80` stands in `targets` twice"),
        Mistake(
            "control ports", profile(targets: "['127.0.0.1:9051', '[::1]:9151']"),
            "5:15: error: 9051 is a control port of tor, to which no service may lead",
            "5:33: error: 9151 is a control port of tor, to which no service may lead"),
        Mistake(
            "control sockets", profile(targets: "['unix:/run/tor/control', 'unix:/var/run/onion-sieve/x']"),
            "5:15: error: `/run/tor/control` is a control socket, to which no service may lead",
            "5:40: error: `/var/run/onion-sieve/x` is a control socket, to which no service may lead"),
        Mistake(
            "the flag of version 2", profile("flags: [BasicAuth]"),
            "6:12: error: `BasicAuth` is of onion services of version 2, which are no more -> version 3 has the flag `V3Auth` "
                + "and the parameter `ClientAuthV3`"),
        Mistake(
            "the parameter of version 2", profile("parameters: [ClientAuth]"),
            "6:18: error: `ClientAuth` is of onion services of version 2, which are no more -> version 3 has the flag `V3Auth` "
                + "and the parameter `ClientAuthV3`"),
        Mistake(
            "flags that are none", profile("flags: [detach, DetachPK, x]"),
            "6:13: error: `detach` is nothing that a value of `flags` can have -> did you mean `Detach`?",
            "6:21: error: `DetachPK` is nothing that a value of `flags` can have -> did you mean `Detach`?",
            "6:31: error: `x` is nothing that a value of `flags` can have -> expected one of `BasicAuth`, `Detach`, "
                + "`DiscardPK`, `MaxStreamsCloseCircuit`, `NonAnonymous`, `V3Auth`"),
        Mistake(
            "a flag twice", profile("add-flags: [Detach, Detach]"), "6:25: error: `Detach` stands in `add-flags` twice"),
        Mistake(
            "a parameter that is none", profile("parameters: [MaxStream]"),
            "6:18: error: `MaxStream` is nothing that a value of `parameters` can have -> did you mean `MaxStreams`?"),
        Mistake(
            "no service", profile("max: 0"),
            "6:10: error: expected a whole number from 1 for `max`, found the number `0`"),
        Mistake(
            "max in words", profile("max: none"),
            "6:10: error: expected a whole number from 1 for `max`, found the text `none`"),
    ]

    @Test(arguments: mistakes)
    func everyMistakeIsNamedAtItsPlace(mistake: Mistake) {
        let loaded = load(mistake.text)
        #expect(loaded.lines == mistake.lines)
        #expect((loaded.files[0].status == .broken) == mistake.lines.contains { $0.contains(": error: ") })
    }

    @Test(arguments: [
        "unix:run/app", "unix:/", "unix:/run//app", "unix:/run/./app", "unix:/run/../app", "unix:/run/app/",
        "unix:/a b",
        "UNIX:/run/it''s", "unix:",
    ])
    func aPathThatIsNotPlainIsAMistake(target: String) {
        let lines = load(Self.profile(targets: "['\(target)']")).lines
        #expect(lines.count == 1)
        #expect(lines[0].hasPrefix("5:15: error: `"))
        #expect(
            lines[0].hasSuffix(
                "is no plain path -> write an absolute path without `//`, `/./`, `/../`, blanks, quotes or `/` at its end"
            ))
    }
}
