// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct OnionTargetTests {
    @Test(
        "A target is a port, a literal address with or without one, or a Unix socket",
        arguments: [
            Row("8080", "127.0.0.1:8080"), Row("1", "127.0.0.1:1"), Row("65535", "127.0.0.1:65535"),
            Row("127.0.0.1:9051", "127.0.0.1:9051"), Row("10.152.152.11", "10.152.152.11:80"),
            Row("0.0.0.0:22", "0.0.0.0:22"),
            Row("[::1]:8080", "[::1]:8080"), Row("[::1]", "[::1]:80"), Row("[0:0:0:0:0:0:0:1]:1", "[::1]:1"),
            Row("[::]:1", "[::]:1"),
            Row("[::ffff:127.0.0.1]:9051", "[::ffff:127.0.0.1]:9051"),
            Row("[::FFFF:7F00:1]:9051", "[::ffff:127.0.0.1]:9051"),
            Row("unix:/run/tor/control", "unix:/run/tor/control"), Row("UNIX:/run/x", "unix:/run/x"),
            Row("unix:/a,b:1", "unix:/a,b:1"),
        ])
    func accepted(row: Row<String>) throws {
        let target = try #require(OnionTarget(row.input, virtualPort: 80))
        #expect(target.description == row.expected)
        #expect(OnionTarget(target.description, virtualPort: 1) == target)
    }

    @Test(
        "Names, and numbers that programs read in different ways, are none",
        arguments: [
            "", " ", "localhost", "localhost:80", "example.com:80", "127.1", "127.1:80", "0x7f.1:80", "0x7f000001:80",
            "2130706433:80",
            "0177.0.0.1:80", "0", "65536", "080", "+80", "-80", " 80", "80 ", "8O", "127.0.0.1:", "127.0.0.1:0",
            "127.0.0.1:65536", "127.0.0.1:080",
            "127.0.0.1:+80", "127.0.0.1:80:80", "127.0.0.1:80,81", "127.0.0.1 :80", ":80", "::1", "::1:80", "[::1",
            "[::1]80", "[::1]:", "[::1]:0",
            "[]:80", "[127.0.0.1]:80", "[localhost]:80", "[::1%lo]:80", "[::1]]:80", "[[::1]]:80", "unix", "unix:",
            "unix:relative",
            "unix:\"/run/x\"", "unix:/run/\"x", "unix:@abstract", "unix://", "/run/x", "*:80", "80,81",
            "unix:/", "unix://run/x", "unix:/run//x", "unix:/run/./x", "unix:/run/../x", "unix:/run/x/", "unix:/..",
            "unix:/.",
            "unix:/a b", "unix:/it's", "unix:/é",
            "unix:/" + String(repeating: "a", count: 107),
        ])
    func refused(text: String) {
        #expect(OnionTarget(text, virtualPort: 80) == nil)
    }

    @Test("Random text never crashes, and what is accepted is spelt stably", arguments: UInt64(0)..<20)
    func randomText(seed: UInt64) {
        var generator = SplitMix64(seed: seed)
        let pieces = ["127.0.0.1", "80", ":", "::1", "[", "]", "unix:", "/", "0", ".", ",", "é", "\""]
        for _ in 0..<300 {
            let text = generator.text(0...6, of: pieces)
            guard let target = OnionTarget(text, virtualPort: 80) else { continue }
            #expect(OnionTarget(target.description, virtualPort: 1) == target, "\(text)")
        }
    }
}
