// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct EndpointTests {
    @Test(
        "An endpoint is a literal address and a port, with or without brackets as tor writes them",
        arguments: [
            Row("127.0.0.1:9050", "127.0.0.1:9050"), Row("0.0.0.0:1", "0.0.0.0:1"), Row("[::1]:9050", "[::1]:9050"),
            Row("::1:9050", "[::1]:9050"), Row("::1:2:3", "[::1:2]:3"), Row("[::]:65535", "[::]:65535"),
            Row("[::ffff:127.0.0.1]:80", "127.0.0.1:80"), Row("::ffff:10.0.0.1:80", "10.0.0.1:80"),
        ])
    func accepted(row: Row<String>) throws {
        let endpoint = try #require(Endpoint(row.input))
        #expect(endpoint.description == row.expected)
        #expect(Endpoint(endpoint.description) == endpoint)
    }

    @Test(
        "Anything else is none",
        arguments: [
            "", ":", ":80", "80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:080", "127.0.0.1:65536",
            "[127.0.0.1]:80", "[]:80", "[::1:80", "::1]:80", "[::1]", "(Tor_internal):0", "unix:/run/tor/socks:0",
            "localhost:80", "127.1:80", "127.0.0.1:80 ", "[::1%lo]:80",
        ])
    func refused(text: String) {
        #expect(Endpoint(text) == nil)
    }
}
