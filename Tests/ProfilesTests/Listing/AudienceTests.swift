// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

@Suite struct AudienceTests {
    @Test(
        "a few words say for whom profiles are",
        arguments: [
            ("users: ['*'], apparmor-profiles: [/usr/bin/b, /usr/bin/a]", "/usr/bin/a +1"),
            ("users: [ann], apparmor-profiles: ['*']", "user ann"),
            ("users: ['*'], apparmor-profiles: ['*']", "every local program"),
            (
                "users: ['*'], apparmor-profiles: ['*'], exe-paths: ['*'], hosts: ['*']",
                "every local program, every host"
            ),
            ("users: ['*'], units: ['user:app-*.scope'], groups: [tor, net]", "user:app-*.scope, group net +1"),
            ("hosts: [10.0.0.0/8, '::ffff:192.0.2.1']", "10.0.0.0/8 +1"),
            // For nobody: a label alone matches no client.
            ("apparmor-profiles: [/usr/bin/a]", "nobody"),
            ("users: ['*']", "nobody"),
        ]
    )
    func summary(qualifiers: String, words: String) {
        let loaded = ProfileLoader().load([source("- {\(qualifiers), commands: {GETINFO: [a]}}\n")])
        #expect(Audience(loaded.policySet.selectors).summary == words)
    }

    @Test("of several profiles one that is for everybody shows")
    func union() {
        let audience = Audience([
            ClientSelector(appArmorProfiles: .these(["/usr/bin/a"]), users: .any),
            ClientSelector(appArmorProfiles: .any, users: .any),
        ])
        #expect(audience.summary == "every local program")
    }

    @Test("what a terminal would act on is escaped")
    func escapes() {
        let audience = Audience([ClientSelector(appArmorProfiles: .these(["\u{1B}[2J"]), users: .any)])
        #expect(audience.summary == "\\u{1b}[2J")
    }
}
