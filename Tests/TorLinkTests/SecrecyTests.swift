// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Testing
import TorLink

@Suite("What descriptions show")
struct SecrecyTests {
    /// Everything that Swift can be made to print of a value.
    private static func everything(_ value: Any) -> String {
        var text = String(describing: value) + String(reflecting: value) + "\(value)"
        dump(value, to: &text)
        dump([value], to: &text)
        func reflect(_ mirror: Mirror) {
            for child in mirror.children {
                text += "\(child.label ?? "") \(child.value)"
                reflect(Mirror(reflecting: child.value))
            }
        }
        reflect(Mirror(reflecting: value))
        return text.asciiLowercased
    }

    private static func shows(_ value: Any, _ secret: [UInt8]) -> Bool {
        let text = everything(value)
        let hexadecimal = secret.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        // ByteBuffer prints the first bytes as hexadecimal digits; those of ASCII digits are looked for too.
        let twice = hexadecimal.utf8.map { String($0, radix: 16) }.joined()
        let plain = String(decoding: secret, as: UTF8.self).asciiLowercased
        let list = secret.map(String.init).joined(separator: ", ")
        return [hexadecimal, twice.prefix(32).description, plain, list].contains { text.contains($0) }
    }

    @Test("The search finds a secret where one is printed")
    func searchWorks() {
        #expect(Self.shows(Fixture.cookieBytes, Fixture.cookieBytes))
        #expect(Self.shows(ByteBuffer(string: Fixture.cookieHex.asciiLowercased), Fixture.cookieBytes))
        #expect(Self.shows(["cookie": Fixture.cookieHex], Fixture.cookieBytes))
    }

    @Test(
        "Neither the link nor its actions show cookie, password or proof, at any point",
        arguments: ["SAFECOOKIE", "COOKIE", "HASHEDPASSWORD"]
    )
    func nothingShows(methods: String) throws {
        let configuration = LinkConfiguration(transport: .unix, password: Fixture.password)
        var link = LinkStateMachine(configuration: configuration, nonce: Fixture.clientNonce)
        var proof: [UInt8] = []
        for index in stride(from: 0, to: Fixture.clientHash.count, by: 2) {
            proof.append(try #require(UInt8(Fixture.clientHash.dropFirst(index).prefix(2), radix: 16)))
        }
        let secrets = [Fixture.cookieBytes, Array("s3cr\"et\\x".utf8), proof]
        var seen: [LinkStateMachine.Action] = link.connected()
        var sends = 0
        for text in Fixture.protocolInfo(methods) + [Fixture.challenge] {
            guard sends < (methods == "SAFECOOKIE" ? 2 : 1) else { break }
            var actions = link.received(.reply(try #require(ReplyLine(text))))
            if actions == [.readCookie] { actions += link.cookieRead(.success(Fixture.cookie)) }
            seen += actions
            sends += actions.count { if case .send = $0 { true } else { false } }
            for secret in secrets {
                #expect(!Self.shows(link, secret))
                #expect(!Self.shows(configuration, secret))
            }
        }
        #expect(sends == (methods == "SAFECOOKIE" ? 2 : 1))
        for secret in secrets { for action in seen { #expect(!Self.shows(action, secret)) } }
        for secret in secrets { #expect(!Self.shows(seen, secret)) }
    }

    @Test("Descriptions say what kind of thing it is")
    func descriptions() {
        var link = LinkStateMachine(configuration: LinkConfiguration(transport: .unix), nonce: Fixture.clientNonce)
        #expect("\(link)" == "idle")
        #expect("\(link.connected())" == "[send(16 bytes)]")
        #expect("\(link)" == "awaiting PROTOCOLINFO")
        #expect("\(LinkStateMachine.Action.ready(version: TorVersion("0.4.9.11")))" == "ready(0.4.9.11)")
    }
}
