// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Daemon
import Glibc
import TorLink

import struct NIOCore.ByteBuffer

/// One connection to a control port, line by line; nothing waits longer than a few seconds.
struct TorConnection: ~Copyable {
    struct Failure: Error, Hashable, Sendable {
        let reason: String
        var cause: TorSurvey.Cause = .other

        static var last: Failure { Failure(reason: String(cString: strerror(errno))) }
    }

    private static let patience = 5

    private let number: Int32
    private var framer = ReplyFramer()

    init(to address: TorAddress) throws(Failure) {
        let isUnix = address.transport == .unix
        var family = AF_UNIX
        if case .tcp(let host, _) = address { family = host.bitCount == 128 ? AF_INET6 : AF_INET }
        number = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw .last }
        var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(number, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard Self.connect(number, to: address) else {
            let failure = errno == EINPROGRESS || errno == EAGAIN && isUnix ? Failure(reason: "no answer") : .last
            close(number)
            throw failure
        }
    }

    deinit { close(number) }

    /// Who listens on a Unix socket.
    var peer: UnixPeer? { ClientLookup().unixPeer(descriptor: number) }

    private static func connect(_ number: Int32, to address: TorAddress) -> Bool {
        func call<Address>(_ value: Address) -> Bool {
            withUnsafePointer(to: value) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    Glibc.connect(number, $0, socklen_t(MemoryLayout<Address>.size)) == 0
                }
            }
        }
        switch address {
        case .unix(let path):
            return UnixListenSocket.withAddress(of: path) { Glibc.connect(number, $0, $1) == 0 }
        case .tcp(let host, let port) where host.bitCount == 128:
            var value = sockaddr_in6()
            value.sin6_family = sa_family_t(AF_INET6)
            value.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &value.sin6_addr) { $0.copyBytes(from: host.octets) }
            return call(value)
        case .tcp(let host, let port):
            var value = sockaddr_in()
            value.sin_family = sa_family_t(AF_INET)
            value.sin_port = port.bigEndian
            withUnsafeMutableBytes(of: &value.sin_addr) { $0.copyBytes(from: host.octets) }
            return call(value)
        }
    }

    func send(_ bytes: ByteBuffer) throws(Failure) {
        var rest = Array(bytes.readableBytesView)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .last }
            rest = rest.dropFirst(count)
        }
    }

    mutating func line() throws(Failure) -> TorLine {
        while true {
            do throws(ProtocolViolation) {
                if let line = try framer.next() { return line }
            } catch {
                throw Failure(reason: "what answers there does not speak the control protocol")
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = recv(number, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw Failure(reason: count == 0 ? "the connection was closed" : "no answer")
            }
            framer.append(ByteBuffer(bytes: chunk[..<count]))
        }
    }
}
