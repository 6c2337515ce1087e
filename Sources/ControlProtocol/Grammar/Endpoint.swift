// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One end of a TCP connection, or a place that is listened on.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    /// IPv4 where it was v4-mapped.
    package let address: IPAddress
    package let port: UInt16

    package init(_ address: IPAddress, port: UInt16) {
        self.address = address.unmapped
        self.port = port
    }

    /// `ADDRESS:PORT`. Of IPv6 addresses tor writes those of its listeners with brackets, the SOURCE_ADDR of a stream without;
    /// the port always follows, so that either is plain.
    package init?(_ text: some StringProtocol) {
        guard let colon = text.lastIndex(of: ":"), let port = PlainDecimal.port(text[text.index(after: colon)...])
        else {
            return nil
        }
        var host = String(text[..<colon])
        let hasBrackets = host.hasPrefix("[") && host.hasSuffix("]") && host.utf8.count > 2
        if hasBrackets { host = String(host.dropFirst().dropLast()) }
        guard let address = IPAddress(host) else { return nil }
        if case .v4 = address, hasBrackets { return nil }
        self.init(address, port: port)
    }

    package var description: String { "\(address.bracketed):\(port)" }
}
