// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing

@Suite struct SecretTests {
    /// Not private: the name of a private type is printed with an address, whose digits are anything.
    struct Holder {
        var cookie: Secret
        var perhaps: Secret?
        var several: [Secret]
    }

    private static let bytes = Array("Zx9-secret-cookie".utf8)

    @Test("Nothing that prints or reflects a value shows the bytes of a secret")
    func showsNothing() {
        let secret = Secret(Self.bytes)
        let holder = Holder(cookie: secret, perhaps: secret, several: [secret])
        var dumped = ""
        dump(secret, to: &dumped)
        dump(holder, to: &dumped)
        let texts = [
            String(describing: secret), String(reflecting: secret), "\(secret)", "\(holder)",
            String(reflecting: holder),
            "\(Optional(secret) as Any)", String(describing: [secret]), dumped, secret.description,
            secret.debugDescription,
            String(describing: Mirror(reflecting: secret)),
            String(describing: Array(Mirror(reflecting: secret).children)),
        ]
        for text in texts {
            #expect(!text.contains("Zx9"))
            #expect(!text.contains("90"), "the first byte as a number: \(text)")
        }
        #expect("\(secret)" == "[secret]")
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test(
        "Two secrets are equal if all their bytes are",
        arguments: [
            ([], [], true), ([1, 2], [1, 2], true), ([1, 2], [1, 3], false), ([1, 2], [2, 1], false),
            ([1], [1, 0], false),
            ([255], [0], false), ([1, 2, 3], [0, 2, 3], false), ([0], [], false),
        ] as [([UInt8], [UInt8], Bool)])
    func equality(left: [UInt8], right: [UInt8], expected: Bool) {
        #expect(Secret(left).isEqual(to: Secret(right)) == expected)
    }

    @Test("Whoever asks for the bytes gets them")
    func exposed() {
        let secret = Secret(Self.bytes)
        #expect(secret.withExposedBytes { $0 } == Self.bytes)
        #expect(secret.count == Self.bytes.count)
    }
}
