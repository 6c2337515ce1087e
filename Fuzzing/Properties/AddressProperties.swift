// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Glibc
import Policies
import TorLink

/// What holds for any text in the place of an address, a port, a number, a key or a time: what is read is what the C library reads, and is
/// read the same once it was written.
enum AddressProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        let text = String(decoding: input, as: UTF8.self)
        try checkAddress(text)
        try checkWritten(text, TorAddress.self) { try? TorAddress(parsing: $0) }
        try checkWritten(text, Endpoint.self) { Endpoint($0) }
        try checkWritten(text, HostEntry.self) { HostEntry($0) }
        try checkWritten(text, OnionTarget.self) { OnionTarget($0, virtualPort: 80) }
        try checkWritten(text, ServiceID.self) { ServiceID($0) }
        if let number = PlainDecimal.parse(text, upTo: 65535) {
            try require(number == strtol(text, nil, 10) && "\(number)" == text, "a number read as \(number)")
        }
        if let bytes = Base64.decode(text) {
            let digits = text.utf8.count { $0 != .equals }
            try require(bytes.count == digits * 6 / 8, "\(digits) digits of base64 give \(bytes.count) bytes")
        }
        if let time = Timestamp(text) {
            try require(Timestamp(time.text) == time, "a time reads differently once written: \(time.text)")
        }
        _ = (TimeExpression(text), TorVersion(text), StreamID(text), CircuitID(text))
    }

    private static func checkAddress(_ text: String) throws(Violation) {
        guard let address = IPAddress(text) else { return }
        var octets = [UInt8](repeating: 0, count: address.octets.count)
        let family = octets.count == 4 ? AF_INET : AF_INET6
        try require(
            inet_pton(family, text, &octets) == 1 && octets == address.octets,
            "the C library reads another address: \(text)")
        try require(IPAddress("\(address)") == address, "an address reads differently once written: \(address)")
        let bare = address.bracketed.filter { !"[]".contains($0) }
        try require(bare == "\(address)", "brackets change an address: \(address.bracketed)")
    }

    private static func checkWritten<Value: Equatable & CustomStringConvertible>(
        _ text: String, _: Value.Type, _ parse: (String) -> Value?
    ) throws(Violation) {
        guard let value = parse(text) else { return }
        try require(parse(value.description) == value, "\(Value.self) reads differently once written: \(value)")
    }
}
