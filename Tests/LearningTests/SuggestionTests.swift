// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Testing

@testable import Learning

@Suite struct SuggestionTests {
    static let service = String(repeating: "a", count: 55) + "d"
    static let other = String(repeating: "b", count: 55) + "d"
    static let key = String(repeating: "A", count: 86) + "=="
    static let clientKey = "x25519:" + String(repeating: "A", count: 43) + "="
    static let relay = "0123456789ABCDEF0123456789ABCDEF01234567"

    struct Row: CustomTestStringConvertible, Sendable {
        let sent: [String]
        var forward: [String] = []
        let filter: [String]
        var testDescription: String { sent.joined(separator: "; ") }
    }

    @Test(arguments: [
        Row(
            sent: ["GETINFO version", "GETINFO status/bootstrap-phase"],
            forward: ["GETINFO version status/bootstrap-phase"],
            filter: [
                "GETINFO versions", "GETINFO traffic/read", "GETINFO version traffic/read", "GETINFO", "SIGNAL NEWNYM",
            ]),
        Row(
            sent: ["GETINFO ns/id/\(relay)"],
            forward: ["GETINFO ns/id/89ABCDEF0123456789ABCDEF0123456789ABCDEF"],
            filter: ["GETINFO ns/id/\(relay)0", "GETINFO ns/name/\(relay)", "GETINFO ns/all", "GETINFO ns/id/x"]),
        Row(
            sent: ["GETINFO ip-to-country/192.0.2.7"],
            forward: ["GETINFO ip-to-country/198.51.100.1"],
            filter: ["GETINFO ip-to-country/example.com", "GETINFO ip-to-country/2001:db8::1"]),
        Row(
            sent: ["GETINFO circuit-status stream-status"], forward: ["GETINFO stream-status"],
            filter: ["GETINFO orconn-status"]),
        Row(
            sent: ["GETCONF UseBridges", "GETCONF __owningcontrollerprocess"],
            forward: ["GETCONF usebridges __OwningControllerProcess"],
            filter: ["GETCONF SocksPort", "SETCONF UseBridges=1", "RESETCONF UseBridges", "GETCONF UseBridge"]),
        Row(sent: ["SIGNAL NEWNYM"], filter: ["SIGNAL RELOAD", "SIGNAL newnym", "SIGNAL NEWNYM "]),
        Row(sent: ["CLOSECIRCUIT 12 "], filter: ["CLOSECIRCUIT 13 ", "CLOSECIRCUIT 12 IfUnused", "CLOSESTREAM 12 1"]),
        Row(
            sent: ["HSFETCH \(service)"], forward: ["HSFETCH \(other)"],
            filter: ["HSFETCH \(service) SERVER=\(relay)", "HSFETCH v2-abc"]),
        Row(
            sent: ["HSFETCH \(service) SERVER=\(relay) SERVER=$\(relay)"],
            forward: ["HSFETCH \(other) SERVER=\(relay) SERVER=$\(relay)"],
            filter: ["HSFETCH \(service)", "HSFETCH \(service) SERVER=x"]),
        Row(
            sent: ["+HSPOST SERVER=\(relay) HSADDRESS=\(service)"],
            forward: ["+HSPOST SERVER=\(relay) SERVER=\(relay) HSADDRESS=\(other)"],
            filter: ["HSPOST SERVER=\(relay) HSADDRESS=\(service)", "+HSPOST HSADDRESS=\(service)", "+LOADCONF"]),
        Row(
            sent: ["+HSPOST SERVER=\(relay)"], forward: ["+HSPOST SERVER=\(relay) SERVER=\(relay)"],
            filter: ["+HSPOST", "+HSPOST SERVER=\(relay) ", "+HSPOST SERVER=\(relay) HSADDRESS=\(service)"]),
        Row(
            sent: ["+HSPOST SERVER=\(relay) SERVER=$\(relay) HSADDRESS=\(service)"],
            filter: ["+HSPOST SERVER=\(relay)", "+HSPOST HSADDRESS=\(service)"]),
        Row(
            sent: ["ONION_CLIENT_AUTH_ADD \(service) \(clientKey)", "ONION_CLIENT_AUTH_REMOVE \(service)"],
            forward: ["ONION_CLIENT_AUTH_ADD \(other) \(clientKey)"],
            filter: [
                "ONION_CLIENT_AUTH_ADD \(service) \(clientKey) Flags=Permanent", "ONION_CLIENT_AUTH_VIEW",
                "ONION_CLIENT_AUTH_REMOVE \(service)",
            ]),
        Row(
            sent: ["SETEVENTS BW HS_DESC NOTICE"], forward: ["SETEVENTS BW", "SETEVENTS HS_DESC"],
            filter: ["SETEVENTS CIRC", "SETEVENTS BW WARN"]),
        Row(sent: ["USEFEATURE EXTENDED_EVENTS"], filter: ["USEFEATURE VERBOSE_NAMES", "USEFEATURE"]),
        Row(
            sent: ["ADD_ONION NEW:BEST Port=80,8080"],
            filter: [
                "ADD_ONION NEW:BEST Port=80,8081", "ADD_ONION NEW:BEST Port=81,8080", "DEL_ONION \(service)",
                "ADD_ONION ED25519-V3:\(key) Port=80,8080", "ADD_ONION NEW:BEST Flags=Detach Port=80,8080",
                "ADD_ONION NEW:BEST Port=80,8080 MaxStreams=1", "ADD_ONION NEW:BEST Port=80,192.0.2.1:8080 Port=80,22",
            ]),
    ])
    func `what was seen is allowed, and what differs elsewhere than where it is general is not`(row: Row) throws {
        let suggestion = try Trail.suggestion(row.sent)
        let judge = try Judge(suggestion.text)
        #expect(suggestion.leftOutCount == 0)
        for line in row.forward {
            #expect(["forward", "rewrite"].contains(judge.decision(line)), "\(line)\n\(suggestion.text)")
        }
        for line in row.filter { #expect(judge.decision(line) == "filter", "\(line)\n\(suggestion.text)") }
    }

    @Test(arguments: [
        ("GETINFO address", "public address"),
        ("GETINFO version config-text", "whole configuration"),
        ("GETCONF HashedControlPassword", "password"),
        ("SETCONF SocksPort=9999", "changes tor's configuration"),
        ("SETCONF HiddenServicePort=\"80 127.0.0.1:9051\"", "leads where the client says"),
        ("RESETCONF __OwningControllerProcess", "no longer ends"),
        ("SIGNAL SHUTDOWN", "stops tor"),
        ("SIGNAL halt", "stops tor"),
        ("SAVECONF", "for good"),
        ("MAPADDRESS example.com=example.net", "everybody's traffic"),
        ("EXTENDCIRCUIT 0", "circuits"),
        ("+LOADCONF", "whole configuration"),
        ("GETINFO hs/client/desc/id/\(service)", "descriptors"),
        ("GETINFO ED25519-V3:AAAA", "no trail shows"),
        ("GETINFO [secret]", "no trail shows"),
        ("AUTHCHALLENGE SAFECOOKIE 00", "secret"),
        ("ADD_ONION NEW:BEST Port=80,192.0.2.1:80", "another machine"),
        ("ADD_ONION NEW:BEST Port=80,9051", "control port"),
        ("ADD_ONION NEW:BEST Port=80,unix:/run/tor/control", "control socket"),
        ("ADD_ONION NEW:RSA1024 Port=80", "key"),
        ("DEL_ONION \(service)", "published none"),
        ("ONION_CLIENT_AUTH_REMOVE \(service)", "not added"),
        ("GETCONF NoSuchOption", "no trail shows"),
        ("SETEVENTS NOSUCHEVENT", "not be read"),
        ("GETINFO " + String(repeating: "x", count: 9000), "no trail shows"),
        ("FROBNICATE now", "not be read"),
    ])
    func `what is dangerous, or cannot be told, is left out with the reason`(line: String, why: String) throws {
        let suggestion = try Trail.suggestion(["GETINFO version", line])
        let judge = try Judge(suggestion.text)
        #expect(suggestion.leftOutCount == 1)
        #expect(judge.decision("GETINFO version") == "forward")
        #expect(judge.decision(line) == "filter" || judge.decision(line) == "none")
        let comments = suggestion.text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { $0.dropFirst(2) }
            .joined(separator: " ").split(separator: " ").joined(separator: " ")
        #expect(comments.contains(why), "\(suggestion.text)")
    }

    @Test func `dangerous questions are answered without tor where that is asked for`() throws {
        let lines = ["GETINFO version", "GETINFO address", "GETINFO config-text", "GETCONF Bridge", "SIGNAL HALT"]
        let suggestion = try Trail.suggestion(lines, answers: true)
        let judge = try Judge(suggestion.text)
        #expect(lines.map(judge.decision) == ["forward", "answer", "answer", "answer", "filter"])
        #expect(judge.decision("GETCONF bridge") == "answer")
        #expect(try Trail.suggestion(lines).answerableCount == 3)
    }

    @Test func `events that tell of others are acknowledged and never sent, and those of one's own are`() throws {
        let text = try Trail.suggestion(["SETEVENTS STATUS_SERVER HS_DESC STREAM BW STATUS_CLIENT"]).text
        for line in [
            "    STATUS_SERVER: {suppress: true}", "    HS_DESC: {own: true}", "    STREAM: {own: true}", "    BW: ",
        ] {
            #expect(text.contains("\n" + line), "\(text)")
        }
        #expect(text.contains("replacement: '{}'"))
    }

    @Test func `nothing that can be allowed is no profile`() {
        #expect { try Trail.suggestion(["SIGNAL HALT"]) } throws: {
            if case .nothingLeft(let comments) = $0 as? SuggestionFailure {
                comments.contains("stops tor")
            } else {
                false
            }
        }
    }

    @Test func `a service deleted in a later session is one's own if it was detached`() throws {
        var trail = Trail()
        trail.add(Trail.onionshare, ["ADD_ONION NEW:BEST Flags=Detach Port=80,8080"])
        trail.add(Trail.onionshare, ["DEL_ONION \(Self.service)", "GETINFO onions/detached"])
        let text = try trail.suggestion().text
        let judge = try Judge(text)
        #expect(text.contains("DEL_ONION:\n      - {pattern: '[a-z2-7]{56}', own: true}"))
        #expect(judge.decision("DEL_ONION \(Self.service)") == "filter")
    }

    @Test func `as many services are allowed as were there at a time`() throws {
        let text = try Trail.suggestion([
            "ADD_ONION NEW:BEST Port=80,8080", "DEL_ONION \(Self.service)", "ADD_ONION NEW:BEST Port=80,8080",
            "ADD_ONION NEW:BEST Port=80,8080",
        ]).text
        #expect(text.contains("\n    max: 2\n"))
    }
}
