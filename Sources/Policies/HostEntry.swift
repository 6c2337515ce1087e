// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// One value of `hosts`: an address, a network in CIDR notation, or anything.
package enum HostEntry: Hashable, Sendable, CustomStringConvertible {
    case any
    case address(IPAddress)
    case network(IPAddress, prefixLength: Int)

    /// Nil if the text is neither. Bits of a network behind its prefix must be zero: a network that was meant to be a host
    /// is a mistake that widens.
    package init?(_ text: String) {
        if text == "*" {
            self = .any
            return
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        guard parts.count == 2 else {
            self = .address(address.unmapped)
            return
        }
        guard let length = PlainDecimal.parse(parts[1], upTo: address.bitCount), address.masked(to: length) == address
        else {
            return nil
        }
        // A client's address is unmapped before it is compared, and so must the network be.
        let isMapped = address.unmapped != address && length >= 96
        self = .network(isMapped ? address.unmapped : address, prefixLength: isMapped ? length - 96 : length)
    }

    package var description: String {
        switch self {
        case .any: "*"
        case .address(let address): "\(address)"
        case .network(let address, let length): "\(address)/\(length)"
        }
    }

    /// - Parameter exactly: only an entry that writes this very address counts.
    package func matches(_ address: IPAddress, exactly: Bool) -> Bool {
        switch self {
        case .address(let host): host == address
        case .any: !exactly
        case .network(let network, let length):
            !exactly && network.bitCount == address.bitCount && address.masked(to: length) == network
        }
    }
}
