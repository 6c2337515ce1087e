// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Sessions
import TestSupport
import Testing
import TorLink

/// Of a listener with a cookie of its own; single conversations are in `Tests/Transcripts/cookie-*.txt`.
@Suite struct CookieExchangeTests {
    private static let secret = "a \"cookie\" of exactly 32 letters"
    private static let wrong = "A \"cookie\" of exactly 32 letters"

    private static func stage(_ text: String = secret) throws -> Stage {
        Stage(policy: try TestPolicies.ordinary(), client: TestPolicies.client, cookie: Stage.cookie(text))
    }

    /// What somebody may send who knows everything but the cookie: replies of ours, hashes under another cookie.
    private static func line(_ random: inout SplitMix64, said: [UInt8]) -> [UInt8] {
        let nonce = random.bytes(0...40)
        let guess = SafeCookie(cookie: Secret(Array(wrong.utf8)), clientNonce: nonce)
        let proof = guess.clientProof(under: Array(repeating: UInt8(ascii: "N"), count: 32)).withExposedBytes { $0 }
        let heard = String(decoding: said, as: UTF8.self).split(whereSeparator: { " =\r\n".contains($0) }).last ?? "00"
        let hex = Hexadecimal.encode
        let text =
            switch random.int(0...11) {
            case 0: "PROTOCOLINFO 1"
            case 1: "AUTHCHALLENGE SAFECOOKIE \(hex(nonce))"
            case 2: "AUTHCHALLENGE SAFECOOKIE \"\(hex(nonce))\""
            case 3: "AUTHENTICATE"
            case 4: "AUTHENTICATE \(hex(Array(wrong.utf8)))"
            case 5: "AUTHENTICATE \(hex(proof))"
            case 6: "AUTHENTICATE \(heard)"
            case 7: "AUTHENTICATE \"\(String(repeating: "a", count: random.int(0...40)))\""
            case 8: "AUTHENTICATE \(hex(random.bytes(32...32)))"
            case 9: "GETINFO version"
            case 10: "TAKEOWNERSHIP"
            default: RandomCommands.line(&random)
            }
        return Array(text.utf8) + (random.int(0...9) == 0 ? [0x0A] : [0x0D, 0x0A])
    }

    @Test(arguments: seeds(600))
    func `nothing that is said without the cookie opens the session`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = try Self.stage()
        for _ in 0..<12 {
            let said = stage.toClient
            stage.clientSends(random.int(0...7) == 0 ? random.bytes(0...40) : Self.line(&random, said: said))
        }
        // The one thing that opening it does, for a client that a profile is for.
        #expect(stage.connections == 0)
        #expect(stage.toTor.isEmpty)
    }

    @Test(arguments: seeds(100))
    func `who knows the cookie is let in by it and by its proof`(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        var stage = try Self.stage()
        if random.bool() { stage.clientSends("PROTOCOLINFO 1") }
        let cookie = Secret(Array(Self.secret.utf8))
        if random.bool() {
            stage.clientSends("AUTHENTICATE \(cookie.withExposedBytes(Hexadecimal.encode))")
        } else {
            let nonce = random.bytes(1...100)
            stage.clientSends("AUTHCHALLENGE SAFECOOKIE \(Hexadecimal.encode(nonce))")
            let proof = SafeCookie(cookie: cookie, clientNonce: nonce)
                .clientProof(under: Array(repeating: UInt8(ascii: "N"), count: 32))
            stage.clientSends("AUTHENTICATE \(proof.withExposedBytes(Hexadecimal.encode))")
        }
        #expect(stage.connections == 1)
        #expect(stage.closed == nil)
    }

    @Test func `neither the session nor what it does shows the cookie or a proof of it`() throws {
        var stage = try Self.stage()
        let cookie = Secret(Array(Self.secret.utf8))
        let proof = SafeCookie(cookie: cookie, clientNonce: [1])
            .clientProof(under: Array(repeating: UInt8(ascii: "N"), count: 32))
        stage.clientSends("AUTHCHALLENGE SAFECOOKIE 01")
        var shown = ""
        dump(stage.machine, to: &shown)
        dump(Stage.cookie(Self.secret), to: &shown)
        stage.clientSends("AUTHENTICATE \(cookie.withExposedBytes(Hexadecimal.encode))")
        dump(stage.machine, to: &shown)
        dump(stage.observations, to: &shown)
        #expect(shown.contains("/run/onion-sieve/it"))
        for secret in [cookie, proof] {
            let forms = secret.withExposedBytes {
                [
                    String(decoding: $0, as: UTF8.self), Hexadecimal.encode($0),
                    $0.map(String.init).joined(separator: ", "),
                ]
            }
            for form in forms { #expect(!shown.asciiLowercased.contains(form.asciiLowercased)) }
        }
    }
}
