// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import ClientLookup
import Glibc
import Testing

@Suite struct UnixDiagMessageTests {
    @Test func `a request has the kernel's layout`() {
        let bytes = UnixDiagMessage.request(forPeerOf: 4711, sequence: 77)
        #expect(bytes.count == MemoryLayout<nlmsghdr>.size + MemoryLayout<unix_diag_req>.size)
        let (header, body) = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(as: nlmsghdr.self),
                $0.loadUnaligned(fromByteOffset: MemoryLayout<nlmsghdr>.size, as: unix_diag_req.self)
            )
        }
        #expect(header.nlmsg_len == UInt32(bytes.count))
        #expect(header.nlmsg_type == UInt16(SOCK_DIAG_BY_FAMILY))
        #expect(header.nlmsg_flags == UInt16(NLM_F_REQUEST))
        #expect(header.nlmsg_seq == 77)
        #expect(body.sdiag_family == UInt8(AF_UNIX))
        #expect(body.udiag_ino == 4711)
        #expect(body.udiag_states == .max)
        #expect(body.udiag_show == UInt32(UDIAG_SHOW_PEER))
        #expect(body.udiag_cookie == (UInt32.max, UInt32.max))
    }

    /// An answer as the kernel's own structures lay it out, about the socket 4711.
    private static func answer(family: Int32 = AF_UNIX, inode: UInt32 = 4711, attributes: [[UInt8]]) -> [UInt8] {
        var body = unix_diag_msg()
        body.udiag_family = UInt8(family)
        body.udiag_ino = inode
        let rest = attributes.flatMap { $0 }
        var header = nlmsghdr()
        header.nlmsg_len = UInt32(MemoryLayout<nlmsghdr>.size + MemoryLayout<unix_diag_msg>.size + rest.count)
        header.nlmsg_type = UInt16(SOCK_DIAG_BY_FAMILY)
        header.nlmsg_seq = 1
        return withUnsafeBytes(of: header) { Array($0) } + withUnsafeBytes(of: body) { Array($0) } + rest
    }

    private static func attribute(_ type: UInt16, _ value: UInt32, length: UInt16 = 8) -> [UInt8] {
        withUnsafeBytes(of: (length, type, value)) { Array($0) }
    }

    private static let peer = attribute(UInt16(UNIX_DIAG_PEER), 99)
    private static let shutdown = attribute(UInt16(UNIX_DIAG_SHUTDOWN), 0, length: 5)

    @Test func `the other end is found among the attributes`() {
        for attributes in [[Self.peer], [Self.shutdown, Self.peer], [Self.peer, Self.shutdown]] {
            let bytes = Self.answer(attributes: attributes)
            #expect(UnixDiagMessage.answer(in: bytes, for: 4711, sequence: 1) == .peer(inode: 99))
        }
    }

    @Test(arguments: [[], [shutdown], [attribute(2, 0)]])
    func `an end that is closed is none`(attributes: [[UInt8]]) {
        let bytes = Self.answer(attributes: attributes)
        #expect(UnixDiagMessage.answer(in: bytes, for: 4711, sequence: 1) == .peer(inode: nil))
    }

    @Test func `what is about another socket, or lies about its lengths, is no answer`() {
        for bytes in [
            Self.answer(inode: 4712, attributes: [Self.peer]),
            Self.answer(family: AF_INET, attributes: [Self.peer]),
            Self.answer(attributes: [Self.attribute(2, 99, length: 9)]),
            Self.answer(attributes: [Self.attribute(2, 99, length: 6)]),
            Self.answer(attributes: [Self.attribute(3, 99, length: 0), Self.peer]),
            Array(Self.answer(attributes: []).dropLast(4)),
        ] {
            #expect(UnixDiagMessage.answer(in: bytes, for: 4711, sequence: 1) == nil)
        }
        #expect(
            UnixDiagMessage.answer(in: Self.answer(attributes: [Self.peer]), for: 4711, sequence: 2) == nil)
    }
}
