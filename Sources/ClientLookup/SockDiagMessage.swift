// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// The netlink messages that ask the kernel for one TCP socket and answer it (sock_diag(7), linux/inet_diag.h), as pure
/// functions between bytes and values.
///
/// Numbers are in the machine's order, addresses and ports in the network's.
package enum SockDiagMessage {
    /// The two ends of a connection, seen from the socket that is asked for: `source` is its own address.
    package struct Pair: Hashable, Sendable {
        package var source: IPAddress
        package var sourcePort: UInt16
        package var destination: IPAddress
        package var destinationPort: UInt16

        package init(source: IPAddress, sourcePort: UInt16, destination: IPAddress, destinationPort: UInt16) {
            self.source = source.unmapped
            self.sourcePort = sourcePort
            self.destination = destination.unmapped
            self.destinationPort = destinationPort
        }
    }

    /// One socket, as the kernel describes it.
    package struct Entry: Hashable, Sendable {
        package var pair: Pair
        /// `TCP_ESTABLISHED` and so on; netinet/tcp.h.
        package var state: UInt8
        package var userID: UInt32
        /// 0 for a socket that no process has open any more.
        package var inode: UInt32

        package init(pair: Pair, state: UInt8, userID: UInt32, inode: UInt32) {
            self.pair = pair
            self.state = state
            self.userID = userID
            self.inode = inode
        }

        /// Past the handshake and not over: established, or either side has closed its direction. A socket that listens
        /// or is still connecting may have been found in place of one that is gone.
        package var isConnected: Bool { [1, 4, 5, 8, 9, 11].contains(state) }
    }

    package enum Answer: Hashable, Sendable {
        case socket(Entry)
        /// The kernel's refusal, an `errno`; ENOENT if there is no such socket.
        case error(Int32)
    }

    private static let entryLength = 72
    private static let familyV4: UInt8 = 2
    private static let familyV6: UInt8 = 10
    private static let protocolTCP: UInt8 = 6
    /// The loopback interface has this index in every network namespace. Named in a request it finds sockets that are
    /// bound to that interface as well as those bound to none.
    private static let loopbackInterface: UInt32 = 1

    /// `SOCK_DIAG_BY_FAMILY` for exactly this pair; nil if its addresses are of two families. Asked about IPv4 the
    /// kernel also looks among the IPv6 sockets that carry v4-mapped addresses.
    package static func request(for pair: Pair, sequence: UInt32) -> [UInt8]? {
        let family: UInt8
        switch (pair.source, pair.destination) {
        case (.v4, .v4): family = familyV4
        case (.v6, .v6): family = familyV6
        default: return nil
        }
        var body: [UInt8] = [family, protocolTCP, 0, 0]
        body.append(native: UInt32.max)
        body.append(bigEndian: pair.sourcePort)
        body.append(bigEndian: pair.destinationPort)
        body += padded(pair.source.octets) + padded(pair.destination.octets)
        body.append(native: loopbackInterface)
        // No cookie.
        body.append(native: UInt64.max)

        return NetlinkMessage.request(body, sequence: sequence)
    }

    /// The answer to the request numbered `sequence`; nil if the bytes hold none.
    package static func answer(in bytes: [UInt8], sequence: UInt32) -> Answer? {
        switch NetlinkMessage.answer(in: bytes, sequence: sequence) {
        case nil: nil
        case .error(let code): .error(code)
        case .socket(let body): entry(body).map(Answer.socket)
        }
    }

    private static func entry(_ body: ArraySlice<UInt8>) -> Entry? {
        guard body.count >= entryLength else { return nil }
        let octets: Int
        switch body[body.startIndex] {
        case familyV4: octets = 4
        case familyV6: octets = 16
        default: return nil
        }
        func address(at offset: Int) -> IPAddress? {
            let start = body.startIndex + offset
            return IPAddress(octets: Array(body[start..<(start + octets)]))
        }
        guard let source = address(at: 8), let destination = address(at: 24) else { return nil }
        return Entry(
            pair: Pair(
                source: source,
                sourcePort: UInt16(bigEndian: body.native(UInt16.self, at: 4)),
                destination: destination,
                destinationPort: UInt16(bigEndian: body.native(UInt16.self, at: 6))
            ),
            state: body[body.startIndex + 1],
            userID: body.native(UInt32.self, at: 64),
            inode: body.native(UInt32.self, at: 68)
        )
    }

    private static func padded(_ octets: [UInt8]) -> [UInt8] {
        octets + Array(repeating: 0, count: 16 - octets.count)
    }
}
