// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What the tor that is made up says to each command, as control-spec has it.
final class FakeReplies {
    /// `GETINFO ns/all`: entries of relays, of about as many bytes as was asked for.
    private let big: [UInt8]

    init(bigBytes: Int) {
        var text: [UInt8] = Array("250+ns/all=\r\n".utf8)
        text.reserveCapacity(bigBytes + 1024)
        var number = 0
        while text.count < bigBytes {
            number += 1
            let address = "192.0.2.\(number % 256)"
            text += Array(
                """
                r relay\(number) AAoQ1DAR6kkoo19hBAX5K0QztNw m0ynPuwzSextzsiXYJYA0Hce+Cs 2026-01-01 00:00:00 \(address) 9001 0\r
                s Fast Guard HSDir Running Stable V2Dir Valid\r
                w Bandwidth=\(number % 90_000)\r\n
                """.utf8)
        }
        big = text + Array(".\r\n250 OK\r\n".utf8)
    }

    func answer(_ line: UnsafeRawBufferPointer, _ session: FakeSession) {
        if session.isInData {
            guard line.count == 1, line[0] == UInt8(ascii: ".") else { return }
            session.isInData = false
            return session.output.append("250 OK\r\n")
        }
        guard let first = line.first else { return }
        if first == UInt8(ascii: "+") {
            session.isInData = true
            return
        }
        let space = line.firstIndex(of: 0x20) ?? line.count
        let keyword = UnsafeRawBufferPointer(rebasing: line[..<space])
        let arguments = UnsafeRawBufferPointer(rebasing: line[min(space + 1, line.count)...])
        if keyword.says("GETINFO") {
            answerInformation(arguments, session)
        } else if keyword.says("ADD_ONION") {
            session.output.append("250-ServiceID=")
            session.output.append(Array(session.service.utf8))
            session.output.append("\r\n")
            if !arguments.contains("DiscardPK") {
                session.output.append("250-PrivateKey=ED25519-V3:")
                session.output.append(Self.key)
            }
            session.output.append("250 OK\r\n")
        } else if keyword.says("SETEVENTS") {
            session.wantsEvents = arguments.contains("HS_DESC")
            session.credit = session.wantsEvents ? FakeTor.firstEvents / FakeTor.eventsAtOnce : 0
            session.output.append("250 OK\r\n")
        } else if keyword.says("PROTOCOLINFO") {
            session.output.append(
                "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n")
        } else if keyword.says("GETCONF") {
            session.output.append("250 ")
            session.output.append(arguments)
            session.output.append("\r\n")
        } else if keyword.says("QUIT") {
            session.isLeaving = true
            session.output.append("250 closing connection\r\n")
        } else {
            session.output.append("250 OK\r\n")
        }
    }

    private static let key = Array(String(repeating: "A", count: 86).utf8) + Array("==\r\n".utf8)

    private func answerInformation(_ keys: UnsafeRawBufferPointer, _ session: FakeSession) {
        if keys.says("ns/all") { return session.output.append(big) }
        if session.wantsEvents, keys.says("status/bootstrap-phase") {
            session.credit += FakeTor.moreEvents / FakeTor.eventsAtOnce
        }
        var rest = keys[...]
        while !rest.isEmpty {
            let key = UnsafeRawBufferPointer(rebasing: rest.prefix { $0 != 0x20 })
            rest = rest.dropFirst(key.count + 1)
            session.output.append("250-")
            session.output.append(key)
            session.output.append("=")
            session.output.append(Self.value(of: key))
            session.output.append("\r\n")
        }
        session.output.append("250 OK\r\n")
    }

    private static func value(of key: UnsafeRawBufferPointer) -> StaticString {
        if key.says("version") { return "0.4.9.11" }
        if key.says("address") { return "192.0.2.1" }
        // Nothing listens, and there is neither stream nor circuit.
        if key.says("stream-status") || key.says("circuit-status") || key.begins("net/") { return "" }
        return "1"
    }
}

extension UnsafeRawBufferPointer {
    /// Whether it is this word, in any case of its letters.
    fileprivate func says(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount && begins(word)
    }

    fileprivate func begins(_ word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount, let baseAddress else { return false }
        let own = baseAddress.assumingMemoryBound(to: CChar.self)
        return word.utf8Start.withMemoryRebound(to: CChar.self, capacity: word.utf8CodeUnitCount) {
            strncasecmp(own, $0, word.utf8CodeUnitCount) == 0
        }
    }

    fileprivate func contains(_ word: StaticString) -> Bool {
        guard count >= word.utf8CodeUnitCount else { return false }
        return (0...(count - word.utf8CodeUnitCount)).contains {
            UnsafeRawBufferPointer(rebasing: self[$0...]).begins(word)
        }
    }
}
