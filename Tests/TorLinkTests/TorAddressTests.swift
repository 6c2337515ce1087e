// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@Suite("Where tor is")
struct TorAddressTests {
    private static let loopback6 = IPAddress.v6(high: 0, low: 1)

    private static let accepted: [(String, TorChoice)] = [
        ("auto", TorChoice.auto),
        ("unix:/run/tor/control", .explicit(.unix(path: "/run/tor/control"))),
        ("unix:/a:b", .explicit(.unix(path: "/a:b"))),
        ("127.0.0.1:9051", .explicit(.tcp(.loopback, port: 9051))),
        ("localhost:9051", .explicit(.tcp(.loopback, port: 9051))),
        ("LocalHost:9051", .explicit(.tcp(.loopback, port: 9051))),
        ("[::1]:65535", .explicit(.tcp(loopback6, port: 65535))),
        ("[::ffff:127.0.0.1]:1", .explicit(.tcp(.loopback, port: 1))),
        ("10.152.152.10:9051", .explicit(.tcp(.v4(0x0A98_980A), port: 9051))),
    ]

    @Test(
        "The values of --tor",
        arguments: accepted
    )
    func values(text: String, choice: TorChoice) throws {
        #expect(try TorChoice(parsing: text) == choice)
        if case .explicit(let address) = choice { #expect(try TorAddress(parsing: address.description) == address) }
    }

    private static let unreadable: [(String, TorAddress.Unreadable)] = [
        ("", TorAddress.Unreadable.form),
        ("AUTO", .form),
        ("9051", .form),
        ("/run/tor/control", .form),
        ("::1:9051", .form),
        ("[::1:9051", .form),
        ("unix:", .path),
        ("unix:run/tor/control", .path),
        ("unix:@abstract", .path),
        ("unix:/a\u{0}b", .path),
        ("unix:/a\nb", .path),
        ("unix:/" + String(repeating: "a", count: 107), .path),
        ("UNIX:/run/tor/control", .host),
        ("tor.example:9051", .host),
        ("localhost.example:9051", .host),
        (":9051", .host),
        ("[]:9051", .host),
        ("[127.0.0.1]:9051", .host),
        ("[localhost]:9051", .host),
        ("[fe80::1%lo]:9051", .host),
        ("127.1:9051", .host),
        ("0177.0.0.1:9051", .host),
        ("0.0.0.0:9051", .host),
        ("[::]:9051", .host),
        ("127.0.0.1:", .port),
        ("127.0.0.1:0", .port),
        ("127.0.0.1:65536", .port),
        ("127.0.0.1:+9051", .port),
        ("127.0.0.1:09051", .port),
        ("127.0.0.1: 9051", .port),
    ]

    @Test(
        "What is no address is refused with the reason",
        arguments: unreadable
    )
    func refused(text: String, reason: TorAddress.Unreadable) {
        #expect(throws: reason) { try TorChoice(parsing: text) }
    }

    @Test("The longest path that a socket can have is taken")
    func longestPath() throws {
        let path = "/" + String(repeating: "a", count: 106)
        #expect(try TorAddress(parsing: "unix:" + path) == .unix(path: path))
    }

    private static let usual: [TorAddress] = [
        .unix(path: "/run/tor/control"), .tcp(.loopback, port: 9051), .tcp(.loopback, port: 9151),
    ]

    private static let environments: [(TorCandidates.Environment, [TorAddress])] = [
        (TorCandidates.Environment(), usual),
        (.init(controlIPCPath: "", controlHost: "", controlPort: ""), usual),
        (.init(controlIPCPath: "/run/x"), [.unix(path: "/run/x")] + usual),
        (.init(controlIPCPath: "/run/tor/control"), usual),
        (.init(controlPort: "9999"), [.tcp(.loopback, port: 9999)] + usual),
        (.init(controlHost: "::1", controlPort: "9051"), [.tcp(loopback6, port: 9051)] + usual),
        (.init(controlHost: "[::1]", controlPort: "9051"), [.tcp(loopback6, port: 9051)] + usual),
        (.init(controlHost: "localhost", controlPort: "9151"), [usual[2], usual[0], usual[1]]),
        (
            .init(controlIPCPath: "/run/x", controlHost: "10.0.0.1", controlPort: "9051"),
            [.unix(path: "/run/x"), .tcp(.v4(0x0A00_0001), port: 9051)] + usual
        ),
    ]

    @Test(
        "auto takes what the environment names first, and each address once",
        arguments: environments
    )
    func candidates(environment: TorCandidates.Environment, addresses: [TorAddress]) {
        let candidates = TorCandidates(environment: environment, demanded: nil)
        #expect(candidates.addresses == addresses)
        #expect(candidates.complaints == [])
    }

    private static let mistakenEnvironments: [(TorCandidates.Environment, String)] = [
        (TorCandidates.Environment(controlIPCPath: "tor/control"), "TOR_CONTROL_IPC_PATH"),
        (.init(controlHost: "gateway", controlPort: "9051"), "TOR_CONTROL_HOST"),
        (.init(controlHost: "10.0.0.1"), "TOR_CONTROL_HOST"),
        (.init(controlHost: "10.0.0.1", controlPort: "x"), "TOR_CONTROL_PORT"),
    ]

    @Test(
        "A variable that cannot be used is named, and the usual places are tried",
        arguments: mistakenEnvironments
    )
    func complaints(environment: TorCandidates.Environment, variable: String) {
        let candidates = TorCandidates(environment: environment, demanded: nil)
        #expect(candidates.addresses == Self.usual)
        #expect(candidates.complaints.map(\.variable) == [variable])
    }

    @Test("With a method that trusts whoever listens, auto looks at Unix sockets alone")
    func demandedMethods() {
        let environment = TorCandidates.Environment(controlIPCPath: "/run/x", controlPort: "9999")
        for method: AuthenticationMethod in [.cookie, .password, .null] {
            let candidates = TorCandidates(environment: environment, demanded: method)
            #expect(candidates.addresses == [.unix(path: "/run/x"), .unix(path: "/run/tor/control")])
        }
        #expect(TorCandidates(environment: environment, demanded: .safeCookie).addresses.count == 5)
    }
}
