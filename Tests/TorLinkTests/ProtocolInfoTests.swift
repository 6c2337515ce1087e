// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@Suite("The reply to PROTOCOLINFO")
struct ProtocolInfoTests {
    private static let begin = "250-PROTOCOLINFO 1"
    private static let auth = "250-AUTH METHODS=NULL"
    private static let version = #"250-VERSION Tor="0.4.9.11""#
    private static let end = "250 OK"

    private static let wellFormed: [[String]] = [
        [begin, auth, end],
        [begin, version, auth, end],
        [begin, auth, "250-PLUMAGE colour=pink", "250-BARE", end],
        [begin, "250-AUTH METHODS=QUANTUM,NULL", end],
        [begin, "250-AUTH METHODS=NULL FUTURE=1", end],
        [begin, #"250-AUTH METHODS=NULL COOKIEFILE="/c" FUTURE=1"#, end],
        [begin, #"250-AUTH METHODS=NULL COOKIEFILE="/a \"b\\\303\274""#, end],
        [begin, auth, version + " since=2002", end],
    ]

    @Test(
        "What the specification allows is read",
        arguments: wellFormed
    )
    func allowed(lines: [String]) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(lines)
        #expect(transcript.sent == ["PROTOCOLINFO 1", "AUTHENTICATE"])
        #expect(transcript.outcome == nil)
    }

    private static let malformed: [[String]] = [
        [end],
        [auth, end],
        ["250-PROTOCOLINFO 2", auth, end],
        ["250-PROTOCOLINFO 1 ", auth, end],
        ["250-protocolinfo 1", auth, end],
        ["250 PROTOCOLINFO 1"],
        ["250+PROTOCOLINFO 1", "."],
        [begin, end],
        [begin, version, end],
        [begin, begin, auth, end],
        [begin, auth, auth, end],
        [begin, auth, version, version, end],
        [begin, auth, "250 ok"],
        [begin, auth, "251 OK"],
        [begin, auth, "551 OK"],
        [begin, auth, "650 OK"],
        [begin, "251-AUTH METHODS=NULL", end],
        [begin, "650-AUTH METHODS=NULL", end],
        [begin, auth, "250+DATA", "x", ".", end],
        [begin, auth, "250-", end],
        [begin, auth, "250- ", end],
        [begin, auth, "250-K\u{1}", end],
        [begin, "250-AUTH", end],
        [begin, "250-AUTH METHODS=", end],
        [begin, "250-AUTH METHODS=NULL,", end],
        [begin, "250-AUTH METHODS=,NULL", end],
        [begin, "250-AUTH METHODS= NULL", end],
        [begin, "250-AUTH  METHODS=NULL", end],
        [begin, "250-AUTH methods=NULL", end],
        [begin, "250-AUTH METHODS=NULL\tCOOKIEFILE=\"/c\"", end],
        [begin, "250-AUTH METHODS=NÜLL", end],
        [begin, "250-AUTH METHODS=NULL COOKIEFILE=/c", end],
        [begin, #"250-AUTH METHODS=NULL COOKIEFILE="/c"#, end],
        [begin, #"250-AUTH METHODS=NULL COOKIEFILE="/c"x"#, end],
        [begin, #"250-AUTH METHODS=NULL COOKIEFILE="/c\q""#, end],
        [begin, auth, "250-VERSION", end],
        [begin, auth, "250-VERSION Tor=0.4.9.11", end],
        [begin, auth, #"250-VERSION Tor="""#, end],
        [begin, auth, #"250-VERSION Tor="0.4"#, end],
        [begin, auth, #"250-VERSION Tor="0.4"x"#, end],
        [begin, auth, #"250-VERSION Tor="0.4\n""#, end],
        [begin, auth, "250-VERSION Tor=\"\(String(repeating: "4", count: 65))\"", end],
    ]

    @Test(
        "Anything else ends the link",
        arguments: malformed
    )
    func refused(lines: [String]) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(lines)
        #expect(transcript.sent == ["PROTOCOLINFO 1"])
        #expect(transcript.outcome == .failed(.malformedReply(.protocolInfo)))
    }

    @Test("An error is told with its status", arguments: [(UInt16(451), true), (513, false), (551, false)])
    func errors(status: UInt16, isWorthRetrying: Bool) throws {
        var transcript = Transcript(LinkConfiguration(transport: .unix))
        try transcript.torSays(["\(status) No"])
        let failure = LinkFailure.refused(.protocolInfo, try #require(StatusCode(status)))
        #expect(transcript.outcome == .failed(failure))
        #expect(failure.isWorthRetrying == isWorthRetrying)
    }

    @Test("The version is read, and its absence too")
    func versions() throws {
        for (lines, version) in [
            ([Self.begin, Self.auth, Self.end, Self.end], nil),
            ([Self.begin, Self.version, Self.auth, Self.end, Self.end], "0.4.9.11"),
            (
                [Self.begin, Self.auth, #"250-VERSION Tor="0.4.8.0-alpha-dev (git-1)" x="y""#, Self.end, Self.end],
                "0.4.8.0-alpha-dev (git-1)"
            ),
        ] {
            var transcript = Transcript(LinkConfiguration(transport: .unix))
            try transcript.torSays(lines)
            #expect(transcript.outcome == .ready(version: version))
        }
    }

    @Test("The line limit counts every line up to the acceptance")
    func lineLimit() throws {
        // The four lines around the info lines: PROTOCOLINFO, AUTH, and both 250 OK.
        for (infoLines, outcome) in [
            (60, Transcript.Outcome.ready(version: nil)), (61, .failed(.tooManyLines)), (1000, .failed(.tooManyLines)),
        ] {
            var transcript = Transcript(LinkConfiguration(transport: .unix))
            let lines = Array(repeating: "250-MORE", count: infoLines)
            try transcript.torSays([Self.begin, Self.auth] + lines + [Self.end, Self.end])
            #expect(transcript.outcome == outcome)
        }
    }

    @Test(
        "A version is printable ASCII that needs no escapes",
        arguments: [
            ("0.4.9.11", true), ("0.4.8.0-alpha-dev (git-1)", true), (String(repeating: "1", count: 64), true),
            (String(repeating: "1", count: 65), false), ("", false), ("1\"", false), ("1\\", false), ("1\n", false),
            ("1\u{7F}", false), ("é", false),
        ]
    )
    func versionText(text: String, isVersion: Bool) {
        #expect((TorVersion(text)?.text == text) == isVersion)
    }
}
