// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import FuzzProperties
import TestSupport
import Testing

/// The differential fuzzer's property, on inputs that are drawn here: commands that policies allow, and what becomes of them.
@Suite struct DifferentialTests {
    private static let policies = 100
    private static let inputsOfEach = 30

    @Test("what leaves is, read as tor reads it, nothing that a policy does not allow", arguments: 0..<4)
    func differential(share: Int) throws {
        var random = SplitMix64(seed: 0x51E7E + UInt64(share))
        var forwarded: [String: Int] = [:]
        for _ in 0..<Self.policies / 4 {
            let policy = random.bytes(FuzzTarget.policyByteCount...FuzzTarget.policyByteCount)
            for _ in 0..<Self.inputsOfEach {
                let input = policy + Self.commands(&random)
                do throws(Violation) {
                    for name in try FuzzTarget.forwarded(input) { forwarded[name, default: 0] += 1 }
                } catch {
                    Issue.record("\(error): \(input)")
                }
            }
        }
        // Of a property of what leaves nothing is shown where nothing does.
        for name in ["GETINFO", "GETCONF", "SETCONF", "RESETCONF", "SETEVENTS", "ADD_ONION", "SIGNAL", "+HSPOST"] {
            #expect(forwarded[name, default: 0] > 0, "no \(name) left")
        }
    }

    private static let lines = [
        "GETINFO version", "GETINFO version address", "GETINFO status/bootstrap-phase version",
        "GETINFO config/SocksPort",
        "GETINFO ns/id/00FF traffic/read", "GETINFO config-text", "GETINFO circuit-status", "GETINFO onions/current",
        "GETCONF UseBridges Bridge", "GETCONF contactinfo", "GETCONF SocksPort", "GETCONF StrictNode",
        "SETCONF UseBridges=1", "SETCONF ContactInfo=abc", "SETCONF ContactInfo=\"a b\" Bridge=1", "SETCONF ExitNodes=",
        "SETCONF NumCPUs=2 StrictNodes=0", "RESETCONF UseBridges Bridge", "RESETCONF ExitNodes=1 NumCPU",
        "SETEVENTS BW STREAM", "SETEVENTS HS_DESC EXTENDED", "SETEVENTS",
        "ADD_ONION NEW:BEST Port=80,17600", "ADD_ONION NEW:BEST Flags=Detach Port=80,17600 MaxStreams=1",
        "ADD_ONION NEW:ED25519-V3 Port=8000,unix:/run/app", "ADD_ONION NEW:BEST Port=80,9051",
        "ADD_ONION NEW:BEST Port=22,17600", "ADD_ONION NEW:BEST Port=80,192.0.2.1:80", "GETINFO address",
        "GETCONF ORPort", "SETCONF UseBridges=1 ORPort=1",
        "SIGNAL NEWNYM", "MAPADDRESS 0.0.0.0=a.onion", "CLOSECIRCUIT 1", "+HSPOST\r\nx\r\n.",
    ]

    /// One to three commands, some of them as they should be.
    private static func commands(_ random: inout SplitMix64) -> [UInt8] {
        (0..<random.int(1...3)).flatMap { _ in
            var bytes = Array(random.pick(lines).utf8)
            for _ in 0..<random.pick([0, 0, 0, 1, 1, 2, 4]) { mutate(&bytes, &random) }
            return bytes + Array(random.pick(["\r\n", "\r\n", "\n"]).utf8)
        }
    }

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let place = random.int(0...bytes.count)
        // Bytes above 0x7F stand for words of the grammar.
        let piece = random.bytes(1...1)
        switch random.int(0...6) {
        case 0, 1: bytes.insert(contentsOf: piece, at: place)
        case 2: bytes.replaceSubrange(min(place, bytes.count)..<min(place + 1, bytes.count), with: piece)
        case 3: bytes.removeSubrange(place..<min(place + random.int(1...4), bytes.count))
        case 4: bytes += Array(" ".utf8) + random.pick(bytes.split(separator: UInt8(ascii: " ")))
        case 5:
            bytes = bytes.map {
                $0 < 0x80 && random.bool() ? Array(String(UnicodeScalar($0)).uppercased().utf8)[0] : $0
            }
        default:
            bytes.insert(
                contentsOf: Array(random.pick(["\t", "\r", "\n", "\0", "\"", "\\", "=", "  "]).utf8), at: place)
        }
    }
}
