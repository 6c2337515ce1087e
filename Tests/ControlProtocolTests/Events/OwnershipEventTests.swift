// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing

/// Events and list lines that tell whose something is.
@Suite struct OwnershipEventTests {
    static let address = String(repeating: "a", count: 55) + "d"

    private static let streams: [(text: String, expected: String)] = [
        ("17 NEW 0 127.0.0.1:80 SOURCE_ADDR=127.0.0.1:40112 PURPOSE=USER", "17 new - 127.0.0.1:40112"),
        ("17 NEWRESOLVE 0 example.com:0 SOURCE_ADDR=[::1]:9 PURPOSE=DNS_REQUEST", "17 new - [::1]:9"),
        ("17 NEW 0 a:80 SOURCE_ADDR=::ffff:10.0.0.1:9", "17 new - 10.0.0.1:9"),
        ("17 NEW 0 a:80 SOURCE_ADDR=[::ffff:10.0.0.1]:9", "17 new - 10.0.0.1:9"),
        ("17 NEW 0 a:80 SOURCE_ADDR=(Tor_internal):0 PURPOSE=DIR_FETCH", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:0", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=localhost:80", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:1 SOCKS_USERNAME=\"x SOURCE_ADDR=10.0.0.1:2\"", "17 new - 127.0.0.1:1"),
        ("17 NEW 0 a:53 SOURCE_ADDR=127.0.0.1:1 CLIENT_PROTOCOL=DNS", "17 new - 127.0.0.1:1 not SOCKS"),
        ("17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:1 CLIENT_PROTOCOL=SOCKS5", "17 new - 127.0.0.1:1"),
        (
            "17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:1 SOCKS_USERNAME=\"a\\\" CLIENT_PROTOCOL=SOCKS5\" CLIENT_PROTOCOL=TRANS",
            "17 new - 127.0.0.1:1 not SOCKS"
        ),
        ("17 NEW 0 a:80 SOCKS_USERNAME=\"unended SOURCE_ADDR=127.0.0.1:1", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:1 SOCKS_USERNAME=\"unended", "17 new - none"),
        ("17 NEW 0 a:80 SOUR\"a SOURCE_ADDR=127.0.0.1:1", "17 new - none"),
        ("17 NEW 0 a:80 PURPOSE=US\"ER SOURCE_ADDR=127.0.0.1:1", "17 new - none"),
        ("17 NEW 0 a:80 SOCKS_USERNAME=\"x\"SOURCE_ADDR=127.0.0.1:1", "17 new - none"),
        ("17 NEW 0 a:80 SOURCE_ADDR=127.0.0.1:1 =x", "17 new - none"),
        // The fourth word is the target, whatever it looks like.
        ("17 NEW 0 SOURCE_ADDR=10.0.0.1:2 PURPOSE=USER", "17 new - none"),
        ("17 SENTCONNECT 5 a:80", "17 attached 5 none"), ("17 SENTRESOLVE 5 a:80", "17 attached 5 none"),
        ("17 REMAP 5 a:80 SOURCE=EXIT", "17 attached 5 none"), ("17 SUCCEEDED 5 a:80", "17 attached 5 none"),
        ("17 DETACHED 5 a:80 REASON=TIMEOUT", "17 detached 5 none"), ("17 FAILED 0 a:80", "17 failed - none"),
        ("17 CLOSED 5 a:80 REASON=DONE", "17 closed 5 none"), ("17 XOFF_SENT 5 a:80", "17 other 5 none"),
        ("17 CONTROLLER_WAIT 0 a:80", "17 other - none"),
        ("18446744073709551615 NEW 0 a:80", "18446744073709551615 new - none"),
        ("", "nil"), ("17", "nil"), ("17 NEW", "nil"), ("17 NEW 0", "nil"), ("-1 NEW 0 a:80", "nil"),
        ("17 NEW - a:80", "nil"), ("1111111111111111111111 NEW 0 a:80", "nil"),
    ]

    @Test(arguments: streams)
    func aStreamIsReadFromItsEventOrItsLine(text: String, expected: String) {
        #expect(StreamEvent(text).map(Self.summary) ?? "nil" == expected)
    }

    private static func summary(_ event: StreamEvent) -> String {
        let source = event.source.map { "\($0)" } ?? "none"
        return
            "\(event.id) \(event.status) \(event.circuit?.description ?? "-") \(source)\(event.mayBeSocks ? "" : " not SOCKS")"
    }

    @Test(
        arguments: [
            ("5 LAUNCHED BUILD_FLAGS=NEED_CAPACITY", "5 launched"), ("5 BUILT $A~a,$B~b PURPOSE=GENERAL", "5 other"),
            ("5 CLOSED $A~a REASON=FINISHED", "5 closed"), ("5 FAILED REASON=TIMEOUT", "5 failed"),
            ("5 PURPOSE_CHANGED", "5 other"), ("5", "nil"), ("0 CLOSED", "nil"), ("", "nil"), ("$A CLOSED", "nil"),
        ]
    )
    func aCircuitIsReadFromItsEventOrItsLine(text: String, expected: String) {
        #expect(CircuitEvent(text).map { "\($0.id) \($0.status)" } ?? "nil" == expected)
    }

    @Test(
        arguments: [
            ("UPLOAD \(address) UNKNOWN $A~a desc HSDIR_INDEX=1", "UPLOAD $A~a"),
            ("CREATED \(address) UNKNOWN UNKNOWN desc", "CREATED -"),
            ("FAILED \(address.uppercased()) NO_AUTH $A~a desc REASON=NOT_FOUND", "FAILED $A~a"),
            ("RECEIVED \(address) NO_AUTH", "RECEIVED -"), ("RECEIVED \(address)", "nil"),
            ("IGNORE \(address) NO_AUTH $A~a", "nil"), ("RECEIVED UNKNOWN NO_AUTH $A~a", "nil"),
            ("RECEIVED \(address).onion NO_AUTH $A~a", "nil"), ("RECEIVED \(address.dropLast())1 NO_AUTH $A~a", "nil"),
        ]
    )
    func aDescriptorsEventIsReadOrNobodys(text: String, expected: String) {
        let event = ServiceDescriptorEvent(text)
        #expect(event.map { "\($0.action.rawValue) \($0.directory ?? "-")" } ?? "nil" == expected)
        #expect(event.map { $0.service.description == Self.address } ?? true)
    }

    @Test(
        arguments: [
            ("\(address)", 1), ("\(address) SERVER=$A", 1), ("\(address) SERVER=$A SERVER=$B", 2),
            ("v2-abc", nil), ("", nil), ("\(address).onion", nil),
        ] as [(String, Int?)]
    )
    func aFetchIsAnsweredOnceByEachDirectory(arguments: String, count: Int?) {
        #expect(FetchDescriptor(arguments: arguments)?.answerCount == count)
    }

    private static let key = String(repeating: "A", count: 43)

    @Test(
        arguments: [
            ("\(address) x25519:\(key)=", true), ("\(address.uppercased()) X25519:\(key) ClientName=bob", true),
            ("\(address) x25519:\(key)= Flags=Permanent", true), ("\(address) x25519:\(key)==", false),
            ("\(address) x25519:\(key)A", false), ("\(address) ed25519:\(key)=", false), ("\(address)", false),
            ("x x25519:\(key)=", false), ("\(address) x25519:\(key.dropLast())", false),
        ]
    )
    func aCredentialHasAnAddressAndAKeyOf32Bytes(arguments: String, isOne: Bool) {
        #expect((ClientAuthorization(arguments: arguments) != nil) == isOne)
    }

    @Test(
        arguments: [
            ("", []), ("TQ==", [77]), ("TQ", [77]), ("TWE=", [77, 97]), ("TWFu", [77, 97, 110]), ("TR==", [77]),
            ("T", nil), ("TWFu=", nil), ("TQ=", nil), ("TWE==", nil), ("====", nil), ("T Q=", nil), ("TW-_", nil),
            ("=", nil),
        ] as [(String, [UInt8]?)]
    )
    func base64IsReadWithOrWithoutItsPadding(text: String, bytes: [UInt8]?) {
        #expect(Base64.decode(text) == bytes)
    }
}
