// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Sessions
import Testing

/// What stands in a row is a secret that must not show, in every place where a client may put one by rule or by mistake.
private let planted = "c2VjcmV0a2V5c2VjcmV0a2V5c2VjcmV0a2V5"
private let fingerprint = String(repeating: "0123456789ABCDEF0123", count: 2)
private let address = String(repeating: "abcdefg2", count: 7)

@Suite struct RedactedCommandTests {
    @Test(arguments: [
        ("AUTHENTICATE \(planted)", "AUTHENTICATE [secret]"),
        ("AUTHENTICATE \"\(planted)\"", "AUTHENTICATE [secret]"),
        ("authenticate \(planted)", "AUTHENTICATE [secret]"),
        ("AUTHENTICATE", "AUTHENTICATE"),
        ("AUTHCHALLENGE SAFECOOKIE \(planted)", "AUTHCHALLENGE [secret]"),
        ("ADD_ONION ED25519-V3:\(planted) Port=80,80", "ADD_ONION ED25519-V3:[secret] Port=80,80"),
        ("ADD_ONION rsa1024:\(planted) Port=80", "ADD_ONION rsa1024:[secret] Port=80"),
        ("ADD_ONION NEW:BEST Port=80 ClientAuthV3=\(planted)", "ADD_ONION NEW:BEST Port=80 ClientAuthV3=[secret]"),
        (
            "ADD_ONION NEW:BEST Flags=BasicAuth Port=80 clientauth=bob:\(planted)",
            "ADD_ONION NEW:BEST Flags=BasicAuth Port=80 clientauth=[secret]"
        ),
        ("ADD_ONION NEW:ED25519-V3 Port=80", "ADD_ONION NEW:ED25519-V3 Port=80"),
        ("ADD_ONION NEW:\(planted) Port=80", "ADD_ONION NEW:[secret] Port=80"),
        ("ADD_ONION NEW:ED25519-V3:\(planted) Port=80", "ADD_ONION NEW:[secret] Port=80"),
        ("ADD_ONION \(planted) Port=80", "ADD_ONION (54 bytes)"),
        ("ADD_ONION NEW:BEST \(planted)", "ADD_ONION (55 bytes)"),
        ("ADD_ONION X25519:\(planted) Port=80", "ADD_ONION (61 bytes)"),
        ("ADD_ONION ED25519-V3:\(planted)", "ADD_ONION (57 bytes)"),
        ("SETCONF HashedControlPassword=\(planted)", "SETCONF HashedControlPassword=[secret]"),
        ("SETCONF hashedcontrolpassword=\"\(planted)\"", "SETCONF HashedControlPassword=[secret]"),
        ("SETCONF Socks5ProxyPassword=\(planted) UseBridges=1", "SETCONF Socks5ProxyPassword=[secret] UseBridges=1"),
        ("SETCONF Bridge=\"obfs4 192.0.2.1:1 cert=\(planted)\"", "SETCONF Bridge=[secret]"),
        ("SETCONF HidServAuth=\"abc.onion \(planted)\"", "SETCONF ?=[secret]"),
        ("RESETCONF HTTPSProxyAuthenticator=user:\(planted)", "RESETCONF HTTPSProxyAuthenticator=[secret]"),
        ("SETCONF NoSuchOption=\(planted)", "SETCONF ?=[secret]"),
        ("SETCONF HashedControlPass=\(planted)", "SETCONF (62 bytes)"),
        ("SETCONF HashedControlPassword \(planted)=", "SETCONF HashedControlPassword ?=[secret]"),
        ("SETCONF HashedControlPassword = \(planted)", "SETCONF (68 bytes)"),
        ("SETCONF HashedControlPassword=\"\(planted)", "SETCONF (67 bytes)"),
        ("GETCONF HashedControlPassword=\(planted)", "GETCONF (66 bytes)"),
        ("SETCONF Socks5ProxyPassword \(planted)", "SETCONF Socks5ProxyPassword ?"),
        ("GETCONF UseBridges \(planted)", "GETCONF UseBridges ?"),
        ("GETCONF UseBridges Bridge", "GETCONF UseBridges Bridge"),
        ("LOADCONF HashedControlPassword \(planted)", "LOADCONF (67 bytes)"),
        (
            "ONION_CLIENT_AUTH_ADD \(address) x25519:\(planted) ClientName=bob Flags=Permanent",
            "ONION_CLIENT_AUTH_ADD \(address) [secret] ClientName=bob Flags=Permanent"
        ),
        ("ONION_CLIENT_AUTH_ADD x25519:\(planted) \(address)", "ONION_CLIENT_AUTH_ADD (122 bytes)"),
        ("ONION_CLIENT_AUTH_ADD \(planted) \(address)", "ONION_CLIENT_AUTH_ADD (115 bytes)"),
        ("ONION_CLIENT_AUTH_ADD x25519:\(planted)", "ONION_CLIENT_AUTH_ADD (65 bytes)"),
        ("ONION_CLIENT_AUTH_ADD \(address) x25519: \(planted)", "ONION_CLIENT_AUTH_ADD (123 bytes)"),
        ("ONION_CLIENT_AUTH_REMOVE \(address)", "ONION_CLIENT_AUTH_REMOVE \(address)"),
        ("ONION_CLIENT_AUTH_REMOVE x25519:\(planted)", "ONION_CLIENT_AUTH_REMOVE (68 bytes)"),
        ("ONION_CLIENT_AUTH_VIEW \(planted)", "ONION_CLIENT_AUTH_VIEW (59 bytes)"),
        ("DEL_ONION \(address)", "DEL_ONION \(address)"),
        ("DEL_ONION ED25519-V3:\(planted)", "DEL_ONION (57 bytes)"),
        ("SETEVENTS BW HS_DESC", "SETEVENTS BW HS_DESC"),
        ("SETEVENTS \(planted)", "SETEVENTS (46 bytes)"),
        ("PROTOCOLINFO \(planted)", "PROTOCOLINFO (49 bytes)"),
        ("TAKEOWNERSHIP \(planted)", "TAKEOWNERSHIP (50 bytes)"),
        ("QUIT \(planted)", "QUIT (41 bytes)"),
        ("AUTHENTICATE_ \(planted)", "? (50 bytes)"),
        ("\(planted) x", "? (38 bytes)"),
        ("FOO \(planted)", "? (40 bytes)"),
        ("GETINFO version", "GETINFO version"),
        ("GETINFO version \(planted) ns/all", "GETINFO version ? ns/all"),
        ("GETINFO ns/name/\(planted)", "GETINFO ns/name/?"),
        ("GETINFO ED25519-V3:\(planted)", "GETINFO ?"),
        ("GETINFO config/\(planted) config/Bridge", "GETINFO config/? config/Bridge"),
        ("GETINFO desc/id/\(fingerprint)", "GETINFO desc/id/\(fingerprint)"),
        ("GETINFO ip-to-country/2001:db8::1", "GETINFO ip-to-country/2001:db8::1"),
        ("GETINFO hs/client/desc/id/\(address)", "GETINFO hs/client/desc/id/\(address)"),
        ("GETINFO \(planted)/version", "GETINFO ?/version"),
        // Parts of a key in base64 that look like an old address and a number.
        ("GETINFO jqlqrruvqmkt37iu/x+y", "GETINFO ?/?"),
        ("GETINFO jqlqrruvqmkt37iu/4711", "GETINFO ?/?"),
        ("GETINFO ns/id/jqlqrruvqmkt37iu/x+y", "GETINFO ns/id/?/?"),
        ("SIGNAL NEWNYM", "SIGNAL NEWNYM"),
        ("SIGNAL \(planted)", "SIGNAL ?"),
        ("MAPADDRESS 0.0.0.0=www.example.com", "MAPADDRESS 0.0.0.0=www.example.com"),
        ("MAPADDRESS \(planted)=www.example.com", "MAPADDRESS ?"),
        ("RESOLVE mode=reverse 192.0.2.1", "RESOLVE mode=reverse 192.0.2.1"),
        ("RESOLVE \(planted)", "RESOLVE ?"),
        (
            "EXTENDCIRCUIT 0 $\(fingerprint)~nick,\(fingerprint),\(planted) purpose=general",
            "EXTENDCIRCUIT 0 $\(fingerprint)~nick,\(fingerprint),? purpose=general"
        ),
        ("EXTENDCIRCUIT 0 purpose=\(planted)", "EXTENDCIRCUIT 0 purpose=?"),
        ("HSFETCH \(address).onion SERVER=\(fingerprint)", "HSFETCH \(address).onion SERVER=\(fingerprint)"),
        ("HSFETCH \(planted)", "HSFETCH ?"),
        ("CLOSECIRCUIT 12 IfUnused", "CLOSECIRCUIT 12 IfUnused"),
        ("CLOSECIRCUIT \(planted)", "CLOSECIRCUIT ?"),
        ("USEFEATURE VERBOSE_NAMES \(planted)", "USEFEATURE VERBOSE_NAMES ?"),
        ("SAVECONF \(planted)", "SAVECONF ?"),
        ("POSTDESCRIPTOR purpose=\(planted) cache=no", "POSTDESCRIPTOR purpose=? cache=no"),
        ("SETCONF Socks5Proxy=me:\(planted)@192.0.2.1:80", "SETCONF Socks5Proxy=[secret]"),
        ("SETCONF Nickname=abcde\(planted)", "SETCONF Nickname=[secret]"),
        ("SETCONF Nickname=Socks5ProxyPassword=\(planted)", "SETCONF Nickname=[secret]"),
        ("SETCONF UseBridges=\"1 BRIDGE obfs4 \(planted)\"", "SETCONF UseBridges=[secret]"),
        ("SETCONF ContactInfo=\"password: \(planted)\"", "SETCONF ContactInfo=[secret]"),
        (
            "RESETCONF ClientTransportPlugin=\"obfs4 exec /x --pass=\(planted)\"",
            "RESETCONF ClientTransportPlugin=[secret]"
        ),
        (
            "ONION_CLIENT_AUTH_ADD \(address) x25519:\(planted) Flags=\(planted)",
            "ONION_CLIENT_AUTH_ADD (165 bytes)"
        ),
        (
            "ONION_CLIENT_AUTH_ADD \(address) x25519:\(planted) ClientName=\(planted)",
            "ONION_CLIENT_AUTH_ADD (170 bytes)"
        ),
    ])
    func `a command shows without its secrets`(line: String, shown: String) throws {
        let command = try #require(Self.command(line))
        #expect(RedactedCommand(command).description == shown)
        #expect(!RedactedCommand(command).description.contains(planted))
    }

    @Test func `a secret in a data block does not show`() throws {
        for keyword in ["LOADCONF", "POSTDESCRIPTOR", "HSPOST", "AUTHENTICATE", "ADD_ONION", "SETCONF", "FOO"] {
            let name = try #require(Keyword(keyword))
            let body = DataBlock(lines: ["HashedControlPassword \(planted)"])
            let command = try #require(Command(keyword: name, body: body))
            #expect(!RedactedCommand(command).description.contains(planted), "\(keyword)")
        }
        let command = try #require(Command(keyword: .loadConf, body: DataBlock(lines: ["x"])))
        #expect(RedactedCommand(command).description == "+LOADCONF (3 bytes of data)")
    }

    @Test(arguments: [
        (Keyword("GETINFO"), "GETINFO (17 bytes)"), (Keyword("AUTHENTICATE"), "AUTHENTICATE (17 bytes)"),
        (Keyword("S3CR3T"), "? (17 bytes)"), (nil, "? (17 bytes)"),
    ])
    func `of what is no command only a known keyword and the length show`(keyword: Keyword?, shown: String) {
        #expect(RedactedCommand(.malformed(keyword: keyword, length: 17)).description == shown)
    }

    @Test func `long arguments are cut`() throws {
        let words = Array(repeating: "version", count: 7000).joined(separator: " ")
        let command = try #require(Self.command("GETINFO \(words)"))
        #expect(RedactedCommand(command).description == "GETINFO \(words.prefix(RedactedCommand.lengthLimit))...")
        let shortest = try #require(Self.command("GETINFO \(words.prefix(RedactedCommand.lengthLimit - 1))"))
        #expect(!RedactedCommand(shortest).description.hasSuffix("..."))
    }

    @Test(arguments: ["GETINFO", "SIGNAL", "MAPADDRESS"])
    func `of more words than there is room for those are shown that fit`(keyword: String) throws {
        let many = try #require(Self.command("\(keyword)\(String(repeating: " a", count: 30_000))"))
        let few = try #require(Self.command("\(keyword)\(String(repeating: " a", count: 600))"))
        #expect(RedactedCommand(many).description == RedactedCommand(few).description)
        #expect(RedactedCommand(many).description.hasSuffix("..."))
    }

    @Test(arguments: [("EXTENDCIRCUIT 0 ", ","), ("EXTENDCIRCUIT 0 SERVER=", ","), ("GETINFO ns/id/", "/")])
    func `of a list no more is looked at than there is room for`(start: String, separator: String) throws {
        func shown(_ count: Int) throws -> String {
            let list = (0..<count).map { $0 % 3 == 0 ? "secret" : "\(fingerprint)" }.joined(separator: separator)
            return RedactedCommand(try #require(Self.command(start + list))).description
        }
        #expect(try shown(1500) == shown(50))
        #expect(try !shown(1500).contains("secret"))
        #expect(try shown(1500).hasSuffix(separator == "," ? "..." : "?"))
    }

    @Test func `a secret behind the cut does not decide what shows before it`() throws {
        let bridges = (0..<400).map { "Bridge=\"obfs4 192.0.2.1:\($0) cert=\(planted)\"" }.joined(separator: " ")
        let command = try #require(Self.command("SETCONF \(bridges)"))
        #expect(RedactedCommand(command).description.hasPrefix("SETCONF Bridge=[secret] Bridge=[secret]"))
        #expect(!RedactedCommand(command).description.contains("cert"))
    }

    private static func command(_ line: String) -> Command? {
        let keyword = line.prefix { $0 != " " }
        return Keyword(keyword).flatMap {
            Command(keyword: $0, arguments: String(line.dropFirst(keyword.count).drop { $0 == " " }))
        }
    }
}
