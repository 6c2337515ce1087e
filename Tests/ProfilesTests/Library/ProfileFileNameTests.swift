// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

@Suite struct ProfileFileNameTests {
    @Test(
        "a name may be given with its ending or without",
        arguments: [
            ("onionshare", "onionshare.yml"), ("onionshare.yml", "onionshare.yml"), ("40_Bisq-2.0", "40_Bisq-2.0.yml"),
            ("a", "a.yml"), ("-", "-.yml"), ("x.yaml", "x.yaml.yml"),
            (String(repeating: "a", count: 251), String(repeating: "a", count: 251) + ".yml"),
        ]
    )
    func accepts(text: String, file: String) throws {
        let name = try ProfileFileName(parsing: text)
        #expect(name.file == file)
        #expect(name.stem + ".yml" == file)
    }

    @Test(
        "nothing that leads elsewhere, or that no profile is read from, is a name",
        arguments: [
            "", ".", "..", ".yml", ".hidden", "../x", "../../etc/passwd", "/etc/passwd", "a/b", "x/", "a b", "a\n",
            "a\0", "a\u{301}",
            "é", "ａ", "*", "a?", "~", "$HOME", "a\\b", "a:b", String(repeating: "a", count: 252),
        ]
    )
    func refuses(text: String) {
        #expect(throws: ProfileFileName.Refusal.self) { try ProfileFileName(parsing: text) }
    }
}
