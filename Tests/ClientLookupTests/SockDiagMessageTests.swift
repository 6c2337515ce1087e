// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import ClientLookup
import ControlProtocol
import Glibc
import Testing

@Suite struct SockDiagMessageTests {
    private static func pair(_ source: String, _ destination: String) throws -> SockDiagMessage.Pair {
        SockDiagMessage.Pair(
            source: try #require(IPAddress(source)),
            sourcePort: 40001,
            destination: try #require(IPAddress(destination)),
            destinationPort: 951
        )
    }

    @Test func `a request has the kernel's layout`() throws {
        let pair = try Self.pair("127.0.0.5", "127.0.0.1")
        let bytes = try #require(SockDiagMessage.request(for: pair, sequence: 77))
        #expect(bytes.count == MemoryLayout<nlmsghdr>.size + MemoryLayout<inet_diag_req_v2>.size)
        let (header, body) = bytes.withUnsafeBytes {
            (
                $0.loadUnaligned(as: nlmsghdr.self),
                $0.loadUnaligned(fromByteOffset: MemoryLayout<nlmsghdr>.size, as: inet_diag_req_v2.self)
            )
        }
        #expect(header.nlmsg_len == 72)
        #expect(header.nlmsg_type == UInt16(SOCK_DIAG_BY_FAMILY))
        #expect(header.nlmsg_flags == UInt16(NLM_F_REQUEST))
        #expect(header.nlmsg_seq == 77)
        #expect(body.sdiag_family == UInt8(AF_INET))
        #expect(body.sdiag_protocol == UInt8(IPPROTO_TCP))
        #expect(UInt16(bigEndian: body.id.idiag_sport) == 40001)
        #expect(UInt16(bigEndian: body.id.idiag_dport) == 951)
        #expect(UInt32(bigEndian: body.id.idiag_src.0) == 0x7F00_0005)
        #expect(UInt32(bigEndian: body.id.idiag_dst.0) == 0x7F00_0001)
        #expect(body.id.idiag_src.1 == 0)
        #expect(body.id.idiag_cookie == (UInt32.max, UInt32.max))
    }

    @Test func `an IPv6 request carries all sixteen octets`() throws {
        let pair = try Self.pair("2001:db8::5", "::1")
        let bytes = try #require(SockDiagMessage.request(for: pair, sequence: 1))
        #expect(bytes[16] == UInt8(AF_INET6))
        #expect(Array(bytes[28..<44]) == pair.source.octets)
        #expect(Array(bytes[44..<60]) == pair.destination.octets)
    }

    @Test func `v4-mapped addresses are asked for as IPv4`() throws {
        let mapped = try #require(
            SockDiagMessage.request(for: Self.pair("::ffff:127.0.0.1", "::ffff:127.0.0.1"), sequence: 1))
        #expect(try mapped == SockDiagMessage.request(for: Self.pair("127.0.0.1", "127.0.0.1"), sequence: 1))
    }

    @Test func `a pair of two families cannot be asked for`() throws {
        #expect(try SockDiagMessage.request(for: Self.pair("::1", "127.0.0.1"), sequence: 1) == nil)
    }

    /// An answer as the kernel's own structures lay it out.
    private static func answer(
        family: Int32 = AF_INET,
        source: [UInt8] = [127, 0, 0, 5],
        destination: [UInt8] = [127, 0, 0, 1],
        state: UInt8 = 1,
        sequence: UInt32 = 1
    ) -> [UInt8] {
        var header = nlmsghdr()
        header.nlmsg_len = UInt32(MemoryLayout<nlmsghdr>.size + MemoryLayout<inet_diag_msg>.size)
        header.nlmsg_type = UInt16(SOCK_DIAG_BY_FAMILY)
        header.nlmsg_seq = sequence
        var body = inet_diag_msg()
        body.idiag_family = UInt8(family)
        body.idiag_state = state
        body.id.idiag_sport = UInt16(40001).bigEndian
        body.id.idiag_dport = UInt16(951).bigEndian
        withUnsafeMutableBytes(of: &body.id.idiag_src) { $0.copyBytes(from: source) }
        withUnsafeMutableBytes(of: &body.id.idiag_dst) { $0.copyBytes(from: destination) }
        body.idiag_uid = 1234
        body.idiag_inode = 56789
        return withUnsafeBytes(of: header) { Array($0) } + withUnsafeBytes(of: body) { Array($0) }
    }

    private static func message(type: Int32, sequence: UInt32 = 1, body: [UInt8] = []) -> [UInt8] {
        var header = nlmsghdr()
        header.nlmsg_len = UInt32(MemoryLayout<nlmsghdr>.size + body.count)
        header.nlmsg_type = UInt16(type)
        header.nlmsg_seq = sequence
        return withUnsafeBytes(of: header) { Array($0) } + body
    }

    private static func refusal(_ code: Int32) -> [UInt8] {
        message(type: NLMSG_ERROR, body: withUnsafeBytes(of: code) { Array($0) } + Array(repeating: 0, count: 16))
    }

    @Test func `an answer is read field by field`() throws {
        let entry = SockDiagMessage.Entry(
            pair: try Self.pair("127.0.0.5", "127.0.0.1"),
            state: 1,
            userID: 1234,
            inode: 56789
        )
        #expect(SockDiagMessage.answer(in: Self.answer(), sequence: 1) == .socket(entry))
    }

    @Test func `an IPv6 socket with v4-mapped addresses is known by the IPv4 pair`() throws {
        let prefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]
        let bytes = Self.answer(
            family: AF_INET6,
            source: prefix + [127, 0, 0, 5],
            destination: prefix + [127, 0, 0, 1]
        )
        guard case .socket(let entry) = SockDiagMessage.answer(in: bytes, sequence: 1) else {
            Issue.record("no socket")
            return
        }
        #expect(try entry.pair == Self.pair("127.0.0.5", "127.0.0.1"))
    }

    @Test(
        arguments: [
            (1, true), (2, false), (3, false), (4, true), (5, true), (6, false), (7, false), (8, true), (9, true),
            (10, false), (11, true), (12, false), (0, false), (255, false),
        ] as [(UInt8, Bool)])
    func `only a connection past its handshake counts`(state: UInt8, isConnected: Bool) throws {
        guard case .socket(let entry) = SockDiagMessage.answer(in: Self.answer(state: state), sequence: 1) else {
            Issue.record("no socket")
            return
        }
        #expect(entry.isConnected == isConnected)
    }

    @Test func `a refusal is the kernel's error number`() {
        #expect(SockDiagMessage.answer(in: Self.refusal(-ENOENT), sequence: 1) == .error(ENOENT))
    }

    @Test(
        arguments: [
            ("nothing", []),
            ("another request's answer", answer(sequence: 2)),
            ("a cut header", Array(answer()[..<15])),
            ("a cut body", Array(answer()[..<87])),
            ("a length that goes beyond the bytes", [89, 0, 0, 0] + answer()[4...]),
            ("a length shorter than the header", [15, 0, 0, 0] + answer()[4...]),
            ("a length of nothing", [0, 0, 0, 0] + answer()[4...]),
            ("the largest length", [255, 255, 255, 255] + answer()[4...]),
            (
                "a body that is too short for its type",
                message(type: Int32(SOCK_DIAG_BY_FAMILY), body: Array(repeating: 2, count: 71))
            ),
            ("an address family of no interest", answer(family: AF_UNIX)),
            ("an acknowledgement", refusal(0)),
            ("a refusal that is none", refusal(2)),
            ("a refusal beyond all numbers", refusal(.min)),
            ("an error without a number", message(type: NLMSG_ERROR, body: [1, 2])),
            ("the end of a list", message(type: NLMSG_DONE)),
        ] as [(String, [UInt8])])
    func `what is no answer is taken for none`(what: String, bytes: [UInt8]) {
        #expect(SockDiagMessage.answer(in: bytes, sequence: 1) == nil, "\(what)")
    }

    @Test func `messages in front of the answer are passed over, whatever their padding`() {
        let noise = Self.message(type: NLMSG_NOOP, body: [1, 2, 3]) + [0]
        #expect(SockDiagMessage.answer(in: noise + Self.refusal(-ENOENT), sequence: 1) == .error(ENOENT))
    }

    @Test func `a million bytes of garbage do no harm`() {
        var generator = SystemRandomNumberGenerator()
        var made = 0
        while made < 1_000_000 {
            var bytes = (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            made += bytes.count
            _ = SockDiagMessage.answer(in: bytes, sequence: 1)
            // The same behind a header that looks right.
            var valid = Self.answer()
            for _ in 0..<4 {
                valid[Int.random(in: 0..<valid.count)] = UInt8.random(in: .min ... .max)
            }
            bytes = valid + bytes
            made += bytes.count
            _ = SockDiagMessage.answer(in: bytes, sequence: 1)
        }
        #expect(made >= 1_000_000)
    }
}
