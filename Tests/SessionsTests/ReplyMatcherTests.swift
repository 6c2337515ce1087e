// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TestSupport
import Testing

@Suite struct ReplyMatcherTests {
    /// A command and what tor says to it. All lines fit, and the last ends the reply, unless `misfit` names the first that does not.
    struct Row: Sendable, CustomTestStringConvertible {
        let command: String
        let reply: [String]
        var misfit: Int?
        /// The key that each line belongs to.
        var keys: [Int?]?

        init(_ command: String, _ reply: String..., misfit: Int? = nil, keys: [Int?]? = nil) {
            self.command = command
            self.reply = reply
            self.misfit = misfit
            self.keys = keys
        }

        var testDescription: String { "\(command): \(visible(reply.joined(separator: " / ")))" }
    }

    static let rows = [
        // Commands without lines of their own.
        Row("SIGNAL NEWNYM", "250 OK"),
        Row("EXTENDCIRCUIT 0", "250 EXTENDED 5"),
        Row("+POSTDESCRIPTOR", "251 not accepted"),
        Row("SIGNAL NEWNYM", "552 Unrecognized signal code"),
        Row("SIGNAL NEWNYM", "250-OK", misfit: 0),
        Row("SIGNAL NEWNYM", "250+OK", misfit: 0),
        Row("SIGNAL NEWNYM", "551-a", misfit: 0),
        Row("SIGNAL NEWNYM", "552-a", misfit: 0),
        Row("SIGNAL NEWNYM", "551+a", misfit: 0),
        Row("SETCONF A=1", "250-A=1", misfit: 0),
        // GETINFO.
        Row("GETINFO a", "250-a=1", "250 OK", keys: [0, nil]),
        Row("GETINFO a b", "250-a=1", "250-b=", "250 OK", keys: [0, 1, nil]),
        Row("GETINFO a", "250+a=", "x", "250 OK", ".", "250 OK", keys: [0, 0, 0, 0, nil]),
        Row("GETINFO a b", "250+a=", ".", "250-b=2", "250 OK", keys: [0, 0, 1, nil]),
        Row("GETINFO a/b=c", "250-a/b=c=1", "250 OK"),
        Row("GETINFO", "250 OK"),
        Row("GETINFO a", "551 Internal error"),
        Row("GETINFO a", "552 Unrecognized key \"a\""),
        Row("GETINFO a b", "552-Unrecognized key \"a\"", "552 Unrecognized key \"b\""),
        Row("GETINFO a", "250 OK", misfit: 0),
        Row("GETINFO a", "250 a=1", misfit: 0),
        Row("GETINFO a", "250-ab=1", misfit: 0),
        Row("GETINFO a", "250-A=1", misfit: 0),
        Row("GETINFO a", "250-a", misfit: 0),
        Row("GETINFO a", "250-b=1", misfit: 0),
        Row("GETINFO a b", "250-b=1", misfit: 0),
        Row("GETINFO a b", "250-a=1", "250 OK", misfit: 1),
        Row("GETINFO a b", "250-a=1", "250-a=1", misfit: 1),
        Row("GETINFO a", "250-a=1", "250-b=1", misfit: 1),
        Row("GETINFO a", "250-a=1", "250 ok", misfit: 1),
        Row("GETINFO a", "250-a=1", "250 OK then", misfit: 1),
        Row("GETINFO a", "250-a=1", "551 no", misfit: 1),
        Row("GETINFO a", "250-a=1", "552 no", misfit: 1),
        Row("GETINFO a", "551-no", misfit: 0),
        Row("GETINFO a", "552-no", "551 no", misfit: 1),
        Row("GETINFO a", "552-no", "250 OK", misfit: 1),
        Row("GETINFO a", "552+no", misfit: 0),
        // GETCONF.
        Row("GETCONF UseBridges", "250 UseBridges=1", keys: [0]),
        Row("GETCONF usebridges", "250 UseBridges=1"),
        Row("GETCONF UseBridges", "250 UseBridges"),
        Row("GETCONF Bridge", "250-Bridge=a", "250-Bridge=b", "250 Bridge=c", keys: [0, 0, 0]),
        Row("GETCONF Bridge UseBridges", "250-Bridge=a", "250-Bridge=b", "250 UseBridges=0", keys: [0, 0, 1]),
        Row("GETCONF UseBridges UseBridges", "250-UseBridges=1", "250 UseBridges=1"),
        Row(
            "GETCONF UseBridges Bridge UseBridges", "250-UseBridges=1", "250-Bridge", "250 UseBridges=1",
            keys: [0, 1, 2]),
        Row(
            "GETCONF HiddenServiceDir HiddenServicePort", "250-HiddenServiceDir=/a", "250-HiddenServicePort=80",
            "250 HiddenServiceVersion=3"),
        Row("GETCONF HiddenServiceOptions", "250 OK"),
        Row("GETCONF NumEntryNodes", "250 NumEntryGuards=0"),
        Row("GETCONF NoSuchA NoSuchB", "552-Unrecognized configuration key", "552 Unrecognized configuration key"),
        Row("GETCONF", "250 OK"),
        Row("GETCONF UseBridges", "250 OK", misfit: 0),
        Row("GETCONF UseBridges", "250 Nickname=x", misfit: 0),
        Row("GETCONF UseBridges", "250-Nickname=x", misfit: 0),
        Row("GETCONF UseBridges", "250+UseBridges=", misfit: 0),
        Row("GETCONF UseBridges Bridge", "250 UseBridges=1", misfit: 0),
        Row("GETCONF UseBridges Bridge", "250-Bridge=a", misfit: 0),
        Row("GETCONF UseBridges Bridge", "250-UseBridges=1", "250-Bridge=a", "250 UseBridges=1", misfit: 2),
        Row("GETCONF UseBridges", "250-UseBridges=1", "250 OK", misfit: 1),
        Row("GETCONF UseBridges", "250-UseBridges=1", "552 no", misfit: 1),
        Row("GETCONF HiddenServiceDir", "250 Nickname=x", misfit: 0),
        Row("GETCONF HiddenServiceDir", "250 HiddenServiceStatistics=1", misfit: 0),
        // ADD_ONION.
        Row("ADD_ONION x", "250-ServiceID=abc", "250 OK"),
        Row(
            "ADD_ONION x", "250-ServiceID=abc", "250-PrivateKey=ED25519-V3:x", "250-ClientAuth=a:b",
            "250-ClientAuthV3=c", "250 OK"),
        Row("ADD_ONION x", "550 Onion address collision"),
        Row("ADD_ONION x", "250 OK", misfit: 0),
        Row("ADD_ONION x", "250-PrivateKey=x", misfit: 0),
        Row("ADD_ONION x", "250 ServiceID=abc", misfit: 0),
        Row("ADD_ONION x", "250-ServiceID=abc", "250-ServiceID=abc", misfit: 1),
        Row("ADD_ONION x", "250-ServiceID=abc", "250-version=1", misfit: 1),
        Row("ADD_ONION x", "250+ServiceID=abc", misfit: 0),
        Row("ADD_ONION x", "250-ServiceID=abc", "551 no", misfit: 1),
        // MAPADDRESS.
        Row("MAPADDRESS a=b", "250 127.192.0.1=b"),
        Row("MAPADDRESS a=b c=d", "250-127.192.0.1=b", "250 127.192.0.2=d"),
        Row("MAPADDRESS a=b c=d", "512-syntax error", "250 127.192.0.2=d"),
        Row("MAPADDRESS a=b c=d", "451 Resource exhausted"),
        Row("MAPADDRESS a=b", "250-a=b", misfit: 0),
        Row("MAPADDRESS a=b c=d", "250-a=b", "250-c=d", misfit: 1),
        Row("MAPADDRESS a=b", "250+a=b", misfit: 0),
        // ONION_CLIENT_AUTH_VIEW.
        Row("ONION_CLIENT_AUTH_VIEW", "250-ONION_CLIENT_AUTH_VIEW", "250-CLIENT abc x25519:x", "250 OK"),
        Row("ONION_CLIENT_AUTH_VIEW abc", "250-ONION_CLIENT_AUTH_VIEW abc", "250 OK"),
        Row("ONION_CLIENT_AUTH_VIEW abc", "512 Invalid v3 address"),
        Row("ONION_CLIENT_AUTH_VIEW", "250 OK", misfit: 0),
        Row("ONION_CLIENT_AUTH_VIEW", "250-CLIENT abc x25519:x", misfit: 0),
        Row("ONION_CLIENT_AUTH_VIEW", "250-ONION_CLIENT_AUTH_VIEW", "250-version=1", misfit: 1),
    ]

    @Test(arguments: rows)
    func `a reply fits its command, or its first line that does not is known`(row: Row) throws {
        var (matcher, framer) = try Self.begin(row.command)
        var keys: [Int?] = []
        for (index, text) in row.reply.enumerated() {
            framer.append(ByteBuffer(string: text + "\r\n"))
            let next = try framer.next()
            let line = try #require(next)
            guard index != row.misfit else {
                #expect(throws: ProtocolViolation.self) { try matcher.accept(line) }
                return
            }
            let match = try matcher.accept(line)
            keys.append(match.key)
            #expect(match.isLast == (index == row.reply.count - 1 && row.misfit == nil))
            #expect(matcher.isInside)
        }
        #expect(row.misfit == nil)
        if let expected = row.keys { #expect(keys == expected) }
    }

    @Test(arguments: rows.filter { $0.misfit == nil })
    func `no event is a line of a reply`(row: Row) throws {
        for (index, text) in row.reply.enumerated() {
            var (matcher, framer) = try Self.begin(row.command)
            for line in row.reply[..<index] {
                framer.append(ByteBuffer(string: line + "\r\n"))
                let next = try framer.next()
                _ = try matcher.accept(try #require(next))
            }
            framer.append(ByteBuffer(string: "650" + text.dropFirst(3) + "\r\n"))
            let next = try framer.next()
            let line = try #require(next)
            if case .reply = line { #expect(throws: ProtocolViolation.self) { try matcher.accept(line) } }
        }
    }

    private static func begin(_ line: String) throws -> (ReplyMatcher, ReplyFramer) {
        let hasBody = line.hasPrefix("+")
        let parts = line.drop { $0 == "+" }.split(separator: " ", maxSplits: 1)
        let keyword = try #require(Keyword(parts[0]))
        let command = Command(
            keyword: keyword, arguments: parts.count > 1 ? String(parts[1]) : "", body: hasBody ? DataBlock() : nil
        )
        let plan = ReplyPlan(for: try #require(command))
        return (ReplyMatcher(keyword: keyword, shape: plan.shape), ReplyFramer())
    }
}
