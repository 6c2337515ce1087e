// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
private import Glibc

/// Asks the kernel for TCP and Unix sockets of this network namespace.
struct SockDiagSocket: Sendable {
    let timeout: Duration

    /// Messages of others' making, or left over, that are passed over before giving up. A fresh socket has none.
    private static let mostMessages = 8

    /// The socket with exactly these ends; nil if there is none.
    ///
    /// The kernel may answer with a listening socket that would take such a connection: not that socket.
    func entry(for pair: SockDiagMessage.Pair) throws(ClientLookup.Failure) -> SockDiagMessage.Entry? {
        guard let request = SockDiagMessage.request(for: pair, sequence: 1) else {
            throw ClientLookup.Failure(reason: "the ends of the connection are of two address families")
        }
        do throws(SystemError) {
            switch try exchange(request, reading: { SockDiagMessage.answer(in: $0, sequence: 1) }) {
            case .socket(let entry): return entry.pair == pair ? entry : nil
            case .error(ENOENT): return nil
            case .error(let code): throw SystemError(code: code)
            }
        } catch {
            throw ClientLookup.Failure(reason: "cannot ask the kernel who has the connection: \(error)")
        }
    }

    /// The inode of the socket at the other end of a connected Unix socket of ours; nil if it is closed, and where the kernel has no
    /// answers about Unix sockets (`unix_diag`).
    func peer(ofUnixSocket inode: UInt32) throws(SystemError) -> UInt32? {
        let request = UnixDiagMessage.request(forPeerOf: inode, sequence: 1)
        switch try exchange(request, reading: { UnixDiagMessage.answer(in: $0, for: inode, sequence: 1) }) {
        case .peer(let peer): return peer
        case .error(let code): throw SystemError(code: code)
        }
    }

    /// The network namespace that questions are asked in; nil before Linux 5.14.
    func networkNamespace() throws(SystemError) -> UInt64? {
        let socket = try open()
        return TCPConnection.networkNamespace(of: socket.number)
    }

    private func open() throws(SystemError) -> Descriptor {
        try Descriptor(
            adopting: socket(AF_NETLINK, Int32(SOCK_RAW.rawValue | SOCK_CLOEXEC.rawValue), NETLINK_SOCK_DIAG))
    }

    private func exchange<Answer>(
        _ request: [UInt8],
        reading answer: ([UInt8]) -> Answer?
    ) throws(SystemError) -> Answer {
        let socket = try open()
        var limit = timeval(
            tv_sec: Int(timeout.components.seconds),
            tv_usec: Int(timeout.components.attoseconds / 1_000_000_000_000)
        )
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            let size = socklen_t(MemoryLayout<timeval>.size)
            guard setsockopt(socket.number, SOL_SOCKET, option, &limit, size) == 0 else { throw .last }
        }
        // Connected to the kernel (port 0), the socket takes messages from nobody else.
        var kernel = sockaddr_nl()
        kernel.nl_family = __kernel_sa_family_t(AF_NETLINK)
        let length = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let isConnected = withUnsafePointer(to: &kernel) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(socket.number, $0, length) == 0 }
        }
        guard isConnected, send(socket.number, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw .last
        }
        var buffer = [UInt8](repeating: 0, count: 8192)
        for _ in 0..<Self.mostMessages {
            let count = recv(socket.number, &buffer, buffer.count, Int32(MSG_TRUNC))
            if count < 0 {
                guard errno == EINTR else { throw .last }
                continue
            }
            if count <= buffer.count, let answer = answer(Array(buffer[..<count])) {
                return answer
            }
        }
        throw SystemError(code: EPROTO)
    }
}
