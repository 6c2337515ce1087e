// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Policies
import Testing

@Suite struct ControlGroupTests {
    @Test(
        arguments: [
            ("0::/system.slice/tor.service\n", .system("tor.service")),
            ("0::/system.slice/system-tor.slice/tor@default.service\n", .system("tor@default.service")),
            (#"0::/system.slice/a\x2db.service"# + "\n", .system(#"a\x2db.service"#)),
            ("0::/system.slice/_cpu.service\n", .system("cpu.service")),
            ("0::/init.scope\n", .system("init.scope")),
            ("0::/user.slice/user-1000.slice/session-3.scope\n", .system("session-3.scope")),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-onionshare-42.scope\n",
                .user("app-flatpak-onionshare-42.scope", uid: 1000)
            ),
            ("0::/user.slice/user-1000.slice/user@1000.service/init.scope\n", .user("init.scope", uid: 1000)),
            ("0::/user.slice/user-1000.slice/user@1000.service/tor.service\n", .user("tor.service", uid: 1000)),
            ("0::/user.slice/user-1000.slice/user@1000.service\n", .system("user@1000.service")),
            // Version 1, alone and beside an unused version 2.
            ("3:cpu,cpuacct:/x\n1:name=systemd:/system.slice/tor.service\n", .system("tor.service")),
            ("1:name=systemd:/system.slice/tor.service\n0::/\n", .system("tor.service")),
            ("1:name=systemd:/system.slice/tor.service\n0::/system.slice/tor.service\n", .system("tor.service")),
            // What a container calls its own groups is not for us to believe.
            ("0::/system.slice/docker-0a1b.scope/system.slice/onionshare.service\n", .system("docker-0a1b.scope")),
            ("0::/machine.slice/machine-a.scope/payload/system.slice/tor.service\n", .system("machine-a.scope")),
            ("0::/system.slice/evil.service/user@0.service/x.scope\n", .system("evil.service")),
            ("0::/user.slice/user@0000.service/x.scope\n", .system("user@0000.service")),
            ("0::/user.slice/user@.service/x.scope\n", .system("user@.service")),
        ] as [(String, Client.Unit)])
    func `the first group below the slices names the unit`(text: String, unit: Client.Unit) {
        #expect(ControlGroup.unit(Array(text.utf8)) == unit)
    }

    @Test(arguments: [
        "",
        "0::/\n",
        "0::/system.slice\n",
        "0::/user.slice/user-1000.slice/user@1000.service/app.slice\n",
        "0::/user.slice/user-1000.slice/user@1000.service/mine/tor.service\n",
        "0::/docker/0123456789abcdef\n",
        "0::/mine/tor.service\n",
        "0::/../system.slice/tor.service\n",
        "0::/system.slice/tor.service (deleted)\n",
        "0::/system.slice/.service\n",
        "0::/system.slice//tor.service\n",
        "0::system.slice/tor.service/x\n/tor.service\n",
        "0::/system.slice/a.service\n1:name=systemd:/system.slice/b.service\n",
        "1:name=other:/system.slice/tor.service\n",
        "4:memory:/system.slice/tor.service\n",
        "0::/system.slice/\(String(repeating: "a", count: 250)).service\n",
    ])
    func `a process outside every unit has none`(text: String) {
        #expect(ControlGroup.unit(Array(text.utf8)) == nil)
    }

    @Test func `bytes that are no text name no unit`() {
        #expect(ControlGroup.unit(Array("0::/system.slice/a.service\n".utf8) + [0xFF]) == nil)
    }
}
