// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Sessions
import Testing
import TorLink

@Suite struct LocalAnswerTests {
    @Test(arguments: [
        ("AUTHENTICATE", "", LocalAnswer.authenticate, "250 OK"),
        ("authenticate", "s3cr3t", .authenticate, "250 OK"),
        ("AUTHCHALLENGE", "SAFECOOKIE 00", .authChallenge, "515 Cookie authentication is disabled"),
        ("QUIT", "", .quit, "250 closing connection"),
        ("TAKEOWNERSHIP", "", .ownership, "250 OK"),
        ("DROPOWNERSHIP", "", .ownership, "250 OK"),
        ("PROTOCOLINFO", "x", .protocolInfo(isSupported: false), "513 No such version"),
        ("PROTOCOLINFO", "1 -1", .protocolInfo(isSupported: false), "513 No such version"),
    ])
    func `these commands are answered here`(keyword: String, arguments: String, local: LocalAnswer, reply: String)
        throws
    {
        let name = try #require(Keyword(keyword))
        let command = try #require(Command(keyword: name, arguments: arguments))
        let answer = try #require(LocalAnswer(command))
        #expect(answer == local)
        #expect(answer.reply(torVersion: nil) == Reply([reply]))
    }

    @Test(arguments: ["GETINFO", "SETEVENTS", "AUTHENTICATED", "SIGNAL", "FOO"])
    func `others are not`(keyword: String) throws {
        let name = try #require(Keyword(keyword))
        let command = try #require(Command(keyword: name))
        #expect(LocalAnswer(command) == nil)
    }

    @Test(arguments: ["AUTHENTICATE", "AUTHCHALLENGE", "QUIT", "TAKEOWNERSHIP", "DROPOWNERSHIP", "PROTOCOLINFO"])
    func `a data block is never answered here`(keyword: String) throws {
        let name = try #require(Keyword(keyword))
        let command = try #require(Command(keyword: name, body: DataBlock()))
        #expect(LocalAnswer(command) == nil)
    }

    @Test func `PROTOCOLINFO tells tor's version where one was seen`() {
        let info = LocalAnswer.protocolInfo(isSupported: true)
        #expect(
            info.reply(torVersion: TorVersion("0.4.9.11"))
                == Reply(["250-PROTOCOLINFO 1", "250-AUTH METHODS=NULL", "250-VERSION Tor=\"0.4.9.11\"", "250 OK"])
        )
        #expect(info.reply(torVersion: nil) == Reply(["250-PROTOCOLINFO 1", "250-AUTH METHODS=NULL", "250 OK"]))
    }
}
