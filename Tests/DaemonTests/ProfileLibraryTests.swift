// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Daemon

@Suite("The library of profiles")
struct ProfileLibraryTests {
    @Test(
        "it is under the prefix that the program is installed under, or else under /usr",
        arguments: [
            ("/usr/bin/onion-sieve", "/usr"),
            ("/usr/local/bin/onion-sieve", "/usr/local"),
            ("/nix/store/abc-onion-sieve-0.1.0/bin/onion-sieve", "/nix/store/abc-onion-sieve-0.1.0"),
            ("/bin/onion-sieve", "/usr"),
            ("/src/.build/release/onion-sieve", "/usr"),
            ("/opt/cabin/onion-sieve", "/usr"),
            (nil, "/usr"),
        ] as [(String?, String)]
    )
    func isUnderThePrefix(program: String?, prefix: String) {
        #expect(ProfileLibrary.directory(of: program) == "\(prefix)/share/onion-sieve/profiles.d")
    }
}
