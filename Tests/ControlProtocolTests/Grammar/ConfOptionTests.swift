// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import TestSupport
import Testing

@Suite struct ConfOptionTests {
    @Test(
        "Names and exact aliases are known in any case, under tor's own name",
        arguments: [
            Row("Nickname", "Nickname"), Row("nickname", "Nickname"), Row("NICKNAME", "Nickname"),
            Row("UseEntryNodes", "UseEntryGuards"),
            Row("usehelpernodes", "UseEntryGuards"), Row("MaxConn", "ConnLimit"),
            Row("VirtualAddrNetwork", "VirtualAddrNetworkIPv4"),
            Row("DirServer", "DirAuthority"), Row("EntryNode", "EntryNodes"), Row("__SocksPort", "__SocksPort"),
            Row("__socksport", "__SocksPort"),
            Row("Bridge", "Bridge"), Row("Log", "Log"), Row("hiddenservicedir", "HiddenServiceDir"),
            Row("Socks4Proxy", "Socks4Proxy"),
        ])
    func known(row: Row<String>) throws {
        let option = try #require(ConfOption(row.input))
        #expect(option.name == row.expected)
        #expect(option.standing == .known)
        #expect(!option.isPrefix)
        #expect(option == ConfOption(row.expected))
        #expect(option.hashValue == ConfOption(row.expected)?.hashValue)
    }

    @Test(
        "The beginning of a name is told apart, since tor would complete it",
        arguments: [
            Row("usebridge", "UseBridges"), Row("UseBri", "UseBridges"), Row("Nick", "Nickname"),
            Row("B", "BandwidthBurst"),
            Row("contactinf", "ContactInfo"), Row("_", "__AllDirActionsPrivate"), Row("__", "__AllDirActionsPrivate"),
            Row("HiddenService", "HiddenServiceAllowUnknownPorts"), Row("x", nil), Row("Nicknamee", nil),
            Row("zzz", nil), Row("Nick_", nil),
            Row("0", nil), Row("~", nil), Row("WarnPlaintextPort", "WarnPlaintextPorts"),
            Row("WarnPlaintextPortt", nil),
        ] as [Row<String?>])
    func prefixes(row: Row<String?>) {
        let option = ConfOption(row.input)
        #expect(option?.isPrefix == (row.input == "~" ? nil : row.expected != nil))
        if let completed = row.expected { #expect(option?.standing == .prefix(of: completed)) }
        #expect(option.map { $0.name == row.input } ?? true)
    }

    @Test(
        "What could not be an option's name is none",
        arguments: [
            "", " ", "a b", "+Nickname", "/Nickname", "Nick-name", "Nickname=", "\"Nickname\"", "é", "a\0", "#",
            String(repeating: "a", count: 129),
            "Nic\u{212A}name",
        ])
    func refused(text: String) {
        #expect(ConfOption(text) == nil)
    }

    @Test(
        "Options of an onion service are one with all others of it",
        arguments: [
            Row("HiddenServiceDir", true), Row("hiddenserviceport", true), Row("HiddenServiceOptions", true),
            Row("HiddenServiceVersion", true),
            Row("HiddenServiceStatistics", false), Row("HiddenServiceNonAnonymousMode", false),
            Row("HiddenServiceSingleHopMode", false),
            Row("Nickname", false), Row("HiddenServiceFoo", false),
        ])
    func onionService(row: Row<Bool>) {
        #expect(ConfOption(row.input)?.isOnionService == row.expected)
    }

    @Test(
        "Passwords and what names a bridge are secret, under any spelling",
        arguments: [
            Row("HashedControlPassword", true), Row("socks5proxypassword", true), Row("Bridge", true),
            Row("HTTPSProxyAuthenticator", true),
            Row("Nickname", false), Row("UseBridges", false),
        ])
    func secret(row: Row<Bool>) {
        #expect(ConfOption(row.input)?.isSecret == row.expected)
    }

    @Test(
        "Looking up names that nobody knows costs little more than names that are known",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer")
    )
    func unknownNamesAreCheap() {
        func look(_ name: String) { for _ in 0..<500 { _ = ConfOption(name) } }
        // A search through all names for each would be hundreds of times as slow.
        #expect(costRatio(small: { look("Nickname") }, large: { look("zzzzzzzz") }) < 30)
    }
}
