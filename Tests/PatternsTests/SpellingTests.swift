// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Patterns
import Testing

struct SpellingTests {
    @Test(
        "The nearest name is found if it is near enough",
        arguments: [
            ("command", "commands"), ("comands", "commands"), ("event", "events"), ("users", "users"),
            ("user", "users"),
            ("xyz", nil), ("", nil), ("commandcommands", nil), (String(repeating: "u", count: 65), nil),
        ] as [(String, String?)]
    )
    func nearest(name: String, expected: String?) {
        #expect(Spelling.nearest(to: name, among: ["commands", "events", "users", "confs"]) == expected)
    }
}
