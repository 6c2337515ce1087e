// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Daemon
import Testing
import TorLink

@Suite struct ApplicationSocketTests {
    @Test func `an access control list lets one group do what the mode grants to the group`() {
        #expect(
            AccessList(mode: 0o660, group: 0x0102_0304).encoded == [
                2, 0, 0, 0,
                1, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                8, 0, 6, 0, 4, 3, 2, 1,
                16, 0, 6, 0, 0xFF, 0xFF, 0xFF, 0xFF,
                32, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF,
            ]
        )
    }

    @Test(arguments: [(0o660, 0o660), (0o600, 0o600), (0o602, 0o622), (0o642, 0o662), (0o666, 0o666), (0o000, 0o000)])
    func `the mode that is shown has the mask in place of the group`(mode: UInt32, shown: UInt32) {
        #expect(AccessList(mode: mode, group: 1).shownMode == shown)
    }

    private static let control = "TOR_CONTROL_IPC_PATH=/run/x/control\nTOR_SKIP_LAUNCH=1\n"

    @Test(arguments: [
        (nil, control),
        (TorAddress.tcp(.loopback, port: 9050), control + "TOR_SOCKS_HOST=127.0.0.1\nTOR_SOCKS_PORT=9050\n"),
        (TorAddress.unix(path: "/run/tor/socks"), control + "TOR_SOCKS_IPC_PATH=/run/tor/socks\n"),
    ])
    func `the environment names the socket and what is known of tor`(socks: TorAddress?, text: String) {
        #expect(ApplicationEnvironment(control: .unix(path: "/run/x/control"), socks: socks).file == text)
    }

    @Test(arguments: [
        ("/run/my apps/control", "\"/run/my apps/control\""), ("/a$b`c\"d\\e", #""/a\$b\`c\"d\\e""#),
        ("/a;b", "\"/a;b\""),
        ("/a'b#c", "\"/a'b#c\""), ("/a\nLD_PRELOAD=/b", nil), ("/ä", nil),
    ])
    func `no path makes the file say more than one value for each variable`(path: String, value: String?) {
        let file = ApplicationEnvironment(control: .unix(path: path), socks: nil).file
        #expect(file == value.map { "TOR_CONTROL_IPC_PATH=\($0)\nTOR_SKIP_LAUNCH=1\n" })
    }

    @Test(arguments: [
        "/tmp/so ck", "/a'b", "/a\"b", "/a\\b", "/a$b`c", "/\\\\ \"'$$", "/run/tor/socks", "/a;b#c=d", "/ ",
    ])
    func `what the file says is read back`(path: String) throws {
        let environment = ApplicationEnvironment(control: .unix(path: path), socks: .unix(path: path))
        #expect(try ApplicationEnvironment(parsing: #require(environment.file)) == environment)
    }

    @Test(arguments: [
        "TOR_SOCKS_IPC_PATH=/a", "TOR_SOCKS_IPC_PATH=/a b\n", "TOR_SOCKS_IPC_PATH='/a'\n", "TOR_SOCKS_IPC_PATH=\"/a\n",
        "TOR_SOCKS_IPC_PATH=\"/a b\" \n", "TOR_SOCKS_IPC_PATH=\"/a\\ b\"\n", "TOR_SOCKS_IPC_PATH=\"/a\\",
        "LD_PRELOAD=/a\n", "\n",
        "TOR_SOCKS_PORT=1\nTOR_SOCKS_PORT=2\n", "# TOR_SOCKS_PORT=1\n", "TOR_SOCKS_PORT\n",
        "TOR_SOCKS_IPC_PATH=\"/ä\"\n",
        "TOR_SOCKS_IPC_PATH=\"/a$b\"\n", "TOR_SOCKS_IPC_PATH=\"/plain\"\n",
    ])
    func `what was not written so is refused whole`(file: String) {
        #expect(throws: ApplicationEnvironment.Unreadable.self) { try ApplicationEnvironment(parsing: file) }
    }
}
