// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The netlink messages that ask the kernel for the other end of a Unix socket (sock_diag(7), linux/unix_diag.h), as pure
/// functions between bytes and values.
package enum UnixDiagMessage {
    package enum Answer: Hashable, Sendable {
        /// The inode of the socket at the other end; nil if it is closed.
        case peer(inode: UInt32?)
        /// The kernel's refusal, an `errno`; ENOENT if there is no such socket, or no diagnosis of Unix sockets.
        case error(Int32)
    }

    private static let family: UInt8 = 1
    private static let showPeer: UInt32 = 4
    private static let attributePeer: UInt16 = 2
    /// `struct unix_diag_msg`, behind which the attributes are.
    private static let entryLength = 16

    /// Who is connected to the socket with this inode?
    package static func request(forPeerOf inode: UInt32, sequence: UInt32) -> [UInt8] {
        var body: [UInt8] = [family, 0, 0, 0]
        // In any state.
        body.append(native: UInt32.max)
        body.append(native: inode)
        body.append(native: showPeer)
        // No cookie.
        body.append(native: UInt64.max)
        return NetlinkMessage.request(body, sequence: sequence)
    }

    /// The answer to the request numbered `sequence` for the socket `inode`; nil if the bytes hold none.
    package static func answer(in bytes: [UInt8], for inode: UInt32, sequence: UInt32) -> Answer? {
        switch NetlinkMessage.answer(in: bytes, sequence: sequence) {
        case nil: nil
        case .error(let code): .error(code)
        case .socket(let entry): answer(entry, for: inode)
        }
    }

    private static func answer(_ entry: ArraySlice<UInt8>, for inode: UInt32) -> Answer? {
        guard entry.count >= entryLength, entry[entry.startIndex] == family, entry.native(UInt32.self, at: 4) == inode
        else { return nil }
        var rest = entry.dropFirst(entryLength)
        // struct rtattr: length, type, value; each begins at a multiple of four.
        while rest.count >= 4 {
            let length = Int(rest.native(UInt16.self, at: 0))
            guard length >= 4, length <= rest.count else { return nil }
            if rest.native(UInt16.self, at: 2) == attributePeer {
                guard length == 8 else { return nil }
                let peer = rest.native(UInt32.self, at: 4)
                return .peer(inode: peer == 0 ? nil : peer)
            }
            rest = rest.dropFirst((length + 3) & ~3)
        }
        return .peer(inode: nil)
    }
}
