// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Confinement

/// What may stand in a policy, and how.
struct PathLiteralTests {
    @Test(
        "A path is written so that it means itself alone",
        arguments: [
            ("/usr/bin/onionshare", "/usr/bin/onionshare"),
            ("/opt/Tor Browser/firefox", "\"/opt/Tor Browser/firefox\""),
            ("/opt/a[1]", "\"/opt/a\\[1\\]\""),
            ("/opt/b{c,d}", "\"/opt/b\\{c,d\\}\""),
            ("/opt/e*f?g^h", "\"/opt/e\\*f\\?g\\^h\""),
            ("/opt/k#l", "\"/opt/k#l\""),
            ("/opt/é", "\"/opt/é\""),
            ("/opt/a@b", "\"/opt/a@b\""),
            ("/run/tor/control", "@{run}/tor/control"),
            ("/var/run/tor/control", "@{run}/tor/control"),
            ("/run/a b", "\"@{run}/a b\""),
            ("/running", "/running"),
        ])
    func pattern(path: String, pattern: String) throws {
        #expect(try PathLiteral(parsing: path).pattern() == pattern)
    }

    @Test(
        "A path that cannot be written for certain is refused",
        arguments: [
            "", "tor", "/", "//tor", "/run//tor", "/run/./tor", "/run/../etc", "/run/", "/run/a\nb", "/run/a\u{0}",
            "/run/a\u{202E}b",
            "/run/@{HOME}", "/run/a\"b", "/run/a\\b", "/" + String(repeating: "x", count: 4096),
        ])
    func refusal(path: String) {
        #expect(throws: Unwritable.self) { try PathLiteral(parsing: path) }
    }
}
