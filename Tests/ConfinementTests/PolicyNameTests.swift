// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Confinement

/// Labels as names of policies.
struct PolicyNameTests {
    @Test(
        "The file of a policy is its name with dots, and plain",
        arguments: [
            ("/usr/bin/onionshare", "usr.bin.onionshare"),
            ("bitcoin-qt", "bitcoin-qt"),
            ("torbrowser_firefox", "torbrowser_firefox"),
            ("/opt/Tor Browser/firefox", "opt.Tor_Browser.firefox"),
            ("/opt/a*b", "opt.a_b"),
            ("/.hidden", "_.hidden"),
        ])
    func fileName(label: String, file: String) throws {
        let name = try PolicyName(parsing: label)
        #expect(name.fileName == file)
        #expect(name.text == label)
    }

    @Test(
        "A label that is not the name of one policy is refused, with the reason",
        arguments: [
            ("/usr/bin/a//&/usr/bin/b", "stack"),
            ("a//&:ns:b", "stack"),
            (":ns:thing", "namespace"),
            ("thing//child", "child"),
            ("/usr/bin/thing//child", "child"),
            ("unconfined", "no policy"),
            ("onionshare (enforce)", "mode"),
            ("/usr/bin/onionshare (complain)", "mode"),
            ("my app", "blank"),
            ("a{b}", "letters"),
            ("a*", "letters"),
            ("-a", "letters"),
            ("", "letters"),
            ("snap.thing.app", "snapd"),
            ("a\nb", "does not show"),
            ("/usr/bin/a\n}\nprofile b { file, }", "does not show"),
            ("@{HOME}", "variable"),
            ("/usr/bin/@{exec_path}", "variable"),
            ("/usr/bin/a\" flags=(complain)", "quotation"),
            ("/usr/bin/", "paths have no"),
            ("/" + String(repeating: "a", count: 200), "too long"),
            (String(repeating: "a", count: 201), "too long"),
        ])
    func refusal(label: String, reason: String) {
        let refusal = #expect(throws: Unwritable.self) { try PolicyName(parsing: label) }
        #expect(refusal?.reason.contains(reason) == true, "\(refusal?.reason ?? "")")
    }
}
