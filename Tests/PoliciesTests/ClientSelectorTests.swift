// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct ClientSelectorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var selector: ClientSelector
        var client: Client
        var matches: Bool

        init(_ name: String, _ selector: ClientSelector, _ client: Client, _ matches: Bool) {
            self.name = name
            self.selector = selector
            self.client = client
            self.matches = matches
        }

        var testDescription: String { name }
    }

    @Test(arguments: localRows + userRows + groupRows + labelRows + unitRows + socketRows + addressRows)
    func aProfileIsForTheClientsThatItsQualifiersName(_ row: Row) {
        #expect(row.selector.matches(row.client) == row.matches)
        let profile = CompiledProfile("a", selector: row.selector)
        #expect(PolicySet([profile]).policy(for: row.client).isEmpty == !row.matches)
    }

    private static func any(_ sockets: Set<String>? = nil) -> ClientSelector {
        ClientSelector(
            appArmorProfiles: .any, executables: .any, users: .any, groups: .any, hosts: [.any],
            units: [UnitPattern("*")], sockets: sockets
        )
    }

    private static func local(
        _ transport: Client.Transport = .unix(socket: nil),
        label: Client.SecurityLabel? = Client.SecurityLabel(name: "/usr/bin/onionshare", mode: "enforce"),
        executable: String? = "/usr/bin/python3",
        user: Client.Account? = Client.Account(id: 1000, name: "amnesia"),
        groups: [Client.Account] = [Client.Account(id: 27, name: "sudo")],
        unit: Client.Unit? = .system("onionshare.service")
    ) -> Client {
        Client(
            transport: transport, user: user, groups: groups, processID: 1, executable: executable, label: label,
            unit: unit
        )
    }

    private static let loopback = Client.Transport.loopback(.loopback, port: 1)

    static let localRows: [Row] = [
        Row("nothing present is not anyone", ClientSelector(), local(), false),
        Row("nothing present is no remote client", ClientSelector(), .remote, false),
        Row("everything `*`, on a Unix socket", any(), local(), true),
        Row("everything `*`, on loopback", any(), local(loopback), true),
        Row("`users` alone is not enough", ClientSelector(users: .any), local(), false),
        Row("a label alone is not enough", ClientSelector(appArmorProfiles: .any), local(), false),
        Row("a unit alone is not enough", ClientSelector(units: [UnitPattern("*")]), local(), false),
        Row("users and an executable are not enough", ClientSelector(executables: .any, users: .any), local(), false),
        Row("users and groups are not enough", ClientSelector(users: .any, groups: .any), local(), false),
        Row("users and hosts are not enough", ClientSelector(users: .any, hosts: [.any]), local(), false),
        Row("`hosts` is no qualifier of local clients", ClientSelector(hosts: [.any]), local(loopback), false),
        Row(
            "a host that would not match is not asked of local clients",
            ClientSelector(appArmorProfiles: .any, users: .any, hosts: [.address(ip("10.1.1.1"))]), local(), true
        ),
        Row("users and a label", ClientSelector(appArmorProfiles: .any, users: .any), local(), true),
        Row("users and a unit", ClientSelector(users: .any, units: [UnitPattern("*")]), local(), true),
        Row(
            "executables only narrow",
            ClientSelector(appArmorProfiles: .any, executables: .init(["/usr/bin/other"]), users: .any), local(), false
        ),
        Row(
            "groups only narrow",
            ClientSelector(appArmorProfiles: .any, users: .any, groups: .init(["adm"])), local(), false
        ),
        Row("an unknown executable is not `*`", any(), local(executable: nil), false),
        Row("an unknown label is not `*`", any(), local(label: nil), false),
        Row("unknown groups are not `*`", any(), local(groups: []), false),
        Row("an unknown unit is not `*`", any(), local(unit: nil), false),
        Row("an unknown user is `*`", any(), local(user: nil), true),
        Row(
            "an executable is compared byte by byte",
            ClientSelector(
                appArmorProfiles: .any, executables: .init(["/opt/caf\u{E9}"]), users: .any
            ),
            local(executable: "/opt/cafe\u{301}"), false
        ),
    ]

    private static func users(_ values: String...) -> ClientSelector {
        ClientSelector(appArmorProfiles: .any, users: .init(values))
    }

    static let userRows: [Row] = [
        Row("a user by name", users("amnesia"), local(), true),
        Row("a user by number", users("1000"), local(), true),
        Row("one of several", users("root", "amnesia"), local(), true),
        Row("names count capitals", users("Amnesia"), local(), false),
        Row("a number with a leading zero is none", users("01000"), local(), false),
        Row("another number", users("100"), local(), false),
        Row("an unknown user is no value", users("amnesia", "0"), local(user: nil), false),
        Row("a user without a name, by number", users("1000"), local(user: .init(id: 1000, name: nil)), true),
        Row(
            "a name that is a number stands for the uid alone", users("0"), local(user: .init(id: 1000, name: "0")),
            false),
        Row("the uid of a user whose name is a number", users("1000"), local(user: .init(id: 1000, name: "0")), true),
        Row("an empty name is no value", users(""), local(user: .init(id: 1000, name: "")), false),
        Row("`*` among values is `*`", users("root", "*"), local(), true),
        Row("`*` inside a name is no wildcard", users("amne*"), local(), false),
    ]

    private static func groups(_ values: String...) -> ClientSelector {
        ClientSelector(appArmorProfiles: .any, users: .any, groups: .init(values))
    }

    static let groupRows: [Row] = [
        Row("a group by name", groups("sudo"), local(), true),
        Row("a group by number", groups("27"), local(), true),
        Row("a group that is not the client's", groups("adm", "4"), local(), false),
        Row(
            "any of the client's groups", groups("adm"),
            local(groups: [.init(id: 1, name: "daemon"), .init(id: 4, name: "adm")]), true
        ),
        Row("a group named like a gid", groups("4"), local(groups: [.init(id: 9, name: "4")]), false),
    ]

    private static func labels(_ values: String...) -> ClientSelector {
        ClientSelector(appArmorProfiles: .init(values), users: .any)
    }

    private static func label(_ name: String, _ mode: String?) -> Client.SecurityLabel { .init(name: name, mode: mode) }

    static let labelRows: [Row] = [
        Row("a label", labels("/usr/bin/onionshare"), local(), true),
        Row("the executable of a confined client is not its label", labels("/usr/bin/python3"), local(), false),
        Row(
            "the executable of an unconfined client", labels("/usr/bin/python3"),
            local(label: label("unconfined", nil)), true),
        Row("`unconfined` is no label to ask for", labels("unconfined"), local(label: label("unconfined", nil)), false),
        Row(
            "a label in unconfined mode counts by its executable", labels("/usr/bin/python3"),
            local(label: label("onionshare", "unconfined")), true
        ),
        Row(
            "a label in unconfined mode does not count by its name", labels("onionshare"),
            local(label: label("onionshare", "unconfined")), false
        ),
        Row(
            "an unconfined client whose executable is unknown", labels("/usr/bin/python3", ""),
            local(label: label("unconfined", nil), executable: nil), false
        ),
        Row("`*` takes unconfined", labels("*"), local(label: label("unconfined", nil), executable: nil), true),
        Row("an unknown label is no value", labels("/usr/bin/onionshare"), local(label: nil), false),
        Row("a stack only whole", labels("a"), local(label: label("a//&b", "enforce")), false),
        Row("a stack as it is written", labels("a//&b"), local(label: label("a//&b", "enforce")), true),
        Row("a namespaced label only whole", labels("a"), local(label: label(":ns:a", "enforce")), false),
        Row("part of a label", labels("/usr/bin/onion"), local(), false),
    ]

    private static func units(_ values: String...) -> ClientSelector {
        ClientSelector(users: .any, units: values.map(UnitPattern.init))
    }

    static let unitRows: [Row] = [
        Row("a unit", units("onionshare.service"), local(), true),
        Row("another unit", units("tor.service"), local(), false),
        Row("one of several", units("tor.service", "onion*"), local(), true),
        Row("`*` takes no unit of a user", units("*"), local(unit: .user("onionshare.service", uid: 1000)), false),
        Row(
            "the name of a system's unit takes no unit of a user", units("onionshare.service"),
            local(unit: .user("onionshare.service", uid: 1000)), false
        ),
        Row("`user:*` takes one", units("user:*"), local(unit: .user("x.scope", uid: 1000)), true),
        Row("`user:*` takes no system's unit", units("user:*"), local(), false),
        Row(
            "a user's unit by pattern", units("user:app-flatpak-org.onionshare.*.scope"),
            local(unit: .user("app-flatpak-org.onionshare.OnionShare-3.scope", uid: 1000)), true
        ),
        Row("a system's unit cannot pose as a user's", units("user:a"), local(unit: .system("user:a")), false),
    ]

    static let socketRows: [Row] = [
        Row("the application's socket is enough", ClientSelector(sockets: ["a"]), local(.unix(socket: "a")), true),
        Row("another application's socket", ClientSelector(sockets: ["a"]), local(.unix(socket: "b")), false),
        Row("a profile with a socket is not for a shared one", ClientSelector(sockets: ["a"]), local(), false),
        Row("a profile with a socket is not for loopback", any(["a"]), local(loopback), false),
        Row("on an application's socket others do not apply", any(), local(.unix(socket: "a")), false),
        Row(
            "other qualifiers beside the socket must hold",
            ClientSelector(users: .init(["root"]), sockets: ["a"]), local(.unix(socket: "a")), false
        ),
        Row("an application's socket is no `*`", ClientSelector(sockets: ["*"]), local(.unix(socket: "a")), false),
        Row("sockets say nothing of remote clients", ClientSelector(sockets: ["a"]), .remote, false),
    ]

    private static func hosts(_ values: String...) -> ClientSelector {
        ClientSelector(
            hosts: values.map {
                guard let entry = HostEntry($0) else { preconditionFailure($0) }
                return entry
            }
        )
    }

    private static func remote(_ text: String) -> Client { Client(transport: .remote(ip(text), port: 1)) }
    private static func own(_ text: String) -> Client { Client(transport: .ownAddress(ip(text), port: 1)) }

    static let addressRows: [Row] = [
        Row("any host", hosts("*"), remote("192.0.2.1"), true),
        Row("a host", hosts("192.0.2.1"), remote("192.0.2.1"), true),
        Row("another host", hosts("192.0.2.2"), remote("192.0.2.1"), false),
        Row("a network", hosts("192.0.2.0/24"), remote("192.0.2.200"), true),
        Row("beside the network", hosts("192.0.2.0/24"), remote("192.0.3.1"), false),
        Row("all of IPv4", hosts("0.0.0.0/0"), remote("192.0.2.1"), true),
        Row("all of IPv4 is no IPv6", hosts("0.0.0.0/0"), remote("2001:db8::1"), false),
        Row("all of IPv6 is no IPv4", hosts("::/0"), remote("192.0.2.1"), false),
        Row("an IPv6 network", hosts("2001:db8::/32"), remote("2001:db8:1::1"), true),
        Row("a mapped client is its IPv4 address", hosts("192.0.2.0/24"), remote("::ffff:192.0.2.1"), true),
        Row("a mapped client is not IPv6", hosts("::/0"), remote("::ffff:192.0.2.1"), false),
        Row("a mapped entry is its IPv4 address", hosts("::ffff:192.0.2.1"), remote("192.0.2.1"), true),
        Row("a remote client is asked nothing local", any(), .remote, true),
        Row("local qualifiers without `hosts` are for no remote client", users("*"), .remote, false),
        Row("our own address by `*`", hosts("*"), own("10.152.152.10"), false),
        Row("our own address by a network", hosts("10.0.0.0/8"), own("10.152.152.10"), false),
        Row("our own address by a network of one", hosts("10.152.152.10/32"), own("10.152.152.10"), false),
        Row("our own address as written", hosts("10.152.152.10"), own("10.152.152.10"), true),
        Row("our own address, mapped", hosts("10.152.152.10"), own("::ffff:10.152.152.10"), true),
        Row("our own address is not local", users("*"), own("10.152.152.10"), false),
    ]

    @Test(
        arguments: [
            ("*", true), ("192.0.2.1", true), ("192.0.2.0/24", true), ("192.0.2.1/32", true), ("0.0.0.0/0", true),
            ("2001:db8::/32", true), ("::1/128", true), ("::ffff:192.0.2.1", true),
            ("", false), ("**", false), ("192.0.2.1/24", false), ("192.0.2.0/33", false), ("192.0.2.0/-1", false),
            ("192.0.2.0/024", false), ("192.0.2.0/", false), ("192.0.2.0/24/24", false), ("192.0.2", false),
            ("192.0.2.01", false), ("192.0.2.0/255.255.255.0", false), ("2001:db8::/129", false),
            ("2001:db8::1/64", false), ("[::1]", false), ("fe80::1%eth0", false), ("localhost", false), (" *", false),
        ]
    )
    func aHostIsAnAddressANetworkOrAnything(_ text: String, _ isOne: Bool) {
        #expect((HostEntry(text) != nil) == isOne)
    }

    @Test(
        arguments: [
            ("a.service", "a.service", true), ("a.service", "b.service", false), ("", "", true), ("", "a", false),
            ("*", "", true), ("*", "a", true), ("**", "a", true), ("a*", "a", true), ("a*", "ab", true),
            ("a*", "ba", false), ("*a", "ba", true), ("*a", "ab", false), ("a*a", "a", false), ("a*a", "aa", true),
            ("a*b*c", "abc", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("a*b*c", "acbc", true),
            ("a*bc*c", "abc", false), ("*ab*ab*", "abab", true), ("*ab*ab*", "aab", false), ("a?", "ab", false),
            ("A.service", "a.service", false), ("caf\u{E9}", "cafe\u{301}", false),
        ]
    )
    func aStarInTheNameOfAUnitStandsForAnyText(_ text: String, _ name: String, _ matches: Bool) {
        let selector = ClientSelector(users: .any, units: [UnitPattern(text)])
        #expect(selector.matches(Client(transport: .unix(socket: nil), unit: .system(name))) == matches)
    }

    @Test func everySelectorThatMatchesALocalClientSaysThatItCan() {
        for row in Self.localRows + Self.userRows + Self.unitRows + Self.socketRows
        where row.client.isLocal && row.matches {
            #expect(row.selector.canMatchLocal, "\(row.name)")
        }
        #expect(!ClientSelector(executables: .any, users: .any, groups: .any, hosts: [.any]).canMatchLocal)
    }
}
