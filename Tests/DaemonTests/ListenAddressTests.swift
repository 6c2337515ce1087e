// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Daemon
import Testing

@Suite struct ListenAddressTests {
    private static func unix(
        _ path: String, mode: UInt32 = 0o660, owner: String? = nil, group: String? = nil, cookie: String? = nil,
        name: String? = nil
    ) -> ListenAddress {
        .unix(ListenAddress.UnixSocket(path: path, mode: mode, owner: owner, group: group, cookie: cookie, name: name))
    }

    private static let readable: [(String, ListenAddress)] = [
        ("unix:/run/a/control", unix("/run/a/control")),
        ("unix:/a,mode=0600", unix("/a", mode: 0o600)),
        ("unix:/a,group=g,owner=o,mode=777", unix("/a", mode: 0o777, owner: "o", group: "g")),
        ("unix:/a,cookie=/b", unix("/a", cookie: "/b")),
        ("unix:/a,cookie=/b=c,mode=0640", unix("/a", mode: 0o640, cookie: "/b=c")),
        ("unix:/a,name=app-1", unix("/a", name: "app-1")),
        ("127.0.0.1:951", .tcp(.loopback, port: 951)),
        ("127.0.0.1:951,cookie=/b", .tcp(.loopback, port: 951, cookie: ListenAddress.CookiePlace(path: "/b"))),
        (
            "127.0.0.1:951,mode=0755,cookie=/b/c,owner=o,group=g",
            .tcp(
                .loopback, port: 951,
                cookie: ListenAddress.CookiePlace(path: "/b/c", mode: 0o644, owner: "o", group: "g")
            )
        ),
    ]

    @Test(arguments: readable)
    func `an address is read with its settings in any order`(text: String, address: ListenAddress) throws {
        #expect(try ListenAddress(parsing: text) == address)
    }

    @Test(arguments: [
        "", "unix:", "unix:a", "unix:/a b", "unix:/a,", "unix:/a,mode", "unix:/a,mode=", "unix:/a,mode=8",
        "unix:/a,mode=1777", "unix:/a,cookie=", "unix:/a,cookie=b", "unix:/a,cookie=/b/", "unix:/a,cookie=/b/../c",
        "unix:/a,cookie=/./c", "unix:/a,cookie=/b c", "unix:/a,cookie=/b,cookie=/b", "unix:/a,cookies=/b",
        "unix:/a,cookie=/b\u{7F}", "127.0.0.1", "127.0.0.1:0,cookie=/b", "127.0.0.1:951,mode=0600",
        "127.0.0.1:951,owner=o", "127.0.0.1:951,group=g", "127.0.0.1:951,", "127.0.0.1:951,cookie=b", "::1:951",
        "localhost:951,cookie=/b", "unix:/a,name=", "unix:/a,name=a,name=b", "unix:/a,name=A", "unix:/a,name=../b",
        "127.0.0.1:951,name=a",
        "127.0.0.1:951,cookie=/b,name=a",
    ])
    func `what is no address, or cannot be given, is refused`(text: String) {
        #expect(throws: ListenAddress.Unreadable.self) { try ListenAddress(parsing: text) }
    }

    @Test(arguments: [
        ("unix:/a,mode=0777,owner=o,group=g,cookie=/b", 0o666), ("unix:/a,mode=0600,owner=o,group=g,cookie=/b", 0o600),
        ("unix:/a,owner=o,group=g,cookie=/b", 0o660), ("[::1]:951,owner=o,group=g,cookie=/b", 0o640),
        ("[::1]:951,owner=o,group=g,mode=755,cookie=/b", 0o644),
    ])
    func `a cookie has owner, group and mode of its listener, and is never executable`(text: String, mode: UInt32)
        throws
    {
        let cookie = try #require(try ListenAddress(parsing: text).cookie)
        #expect(cookie == ListenAddress.CookiePlace(path: "/b", mode: mode, owner: "o", group: "g"))
        #expect(cookie.mode == mode)
    }

    @Test(arguments: [
        (["unix:/a,cookie=/c", "unix:/b,cookie=/d", "127.0.0.1:951,cookie=/e", "[::1]:951"], false),
        (["unix:/a,cookie=/c", "unix:/b,cookie=/c"], true),
        (["unix:/a,cookie=/x/c", "127.0.0.1:951,cookie=//x//c"], true),
        (["unix:/a,cookie=/a"], true),
        (["unix:/a,cookie=/b", "unix:/b"], true),
        (["unix:/b/./c", "127.0.0.1:951,cookie=/b/c"], true),
        (["127.0.0.1:951,cookie=/run/tor/cookie"], true),
        (["127.0.0.1:951,cookie=/run/tor//cookie"], true),
        (["unix:/run/tor/cookie"], false),
        (["unix:/a,name=a", "unix:/b,name=b"], false),
        (["unix:/a,name=a", "unix:/b", "unix:/c,name=a"], true),
    ])
    func `a cookie file is nothing else, and a name is that of one socket`(texts: [String], isConflict: Bool) throws {
        let addresses = try texts.map { try ListenAddress(parsing: $0) }
        #expect((ListenAddress.conflict(among: addresses, torCookie: "/run/tor/cookie") != nil) == isConflict)
    }
}
