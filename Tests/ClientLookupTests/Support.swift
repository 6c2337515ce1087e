// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Glibc
import Policies

/// An open descriptor of a test's, closed at the end of its scope.
final class File: Sendable {
    let number: Int32

    init(_ number: Int32) {
        precondition(number >= 0, String(cString: strerror(errno)))
        self.number = number
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
    }

    deinit {
        close(number)
    }

    var inode: UInt64 {
        var status = stat()
        fstat(number, &status)
        return UInt64(status.st_ino)
    }

    func write(_ text: String) {
        let bytes = Array(text.utf8)
        _ = Glibc.write(number, bytes, bytes.count)
    }
}

/// A program that runs beside the test and takes orders by lines.
final class Child: Sendable {
    let processID: Int32
    private let input: File
    private let output: File

    init(_ arguments: [String]) {
        let (toRead, toWrite) = (Self.pipe(), Self.pipe())
        (input, output) = (toRead.write, toWrite.read)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, toRead.read.number, 0)
        posix_spawn_file_actions_adddup2(&actions, toWrite.write.number, 1)
        var words = arguments.map { strdup($0) } + [nil]
        var processID: pid_t = 0
        let code = posix_spawn(&processID, arguments[0], &actions, nil, &words, environ)
        precondition(code == 0, "\(arguments[0]): \(String(cString: strerror(code)))")
        words.forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        self.processID = processID
    }

    deinit {
        kill(processID, SIGKILL)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
    }

    /// Runs a program to its end; true if it succeeded.
    @discardableResult
    static func run(_ arguments: String...) -> Bool {
        let child = Child(arguments)
        while child.line() != nil {}
        var status: Int32 = 0
        return waitpid(child.processID, &status, 0) == child.processID && status == 0
    }

    /// The next line of its output, nil at the end of it.
    func line() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while read(output.number, &byte, 1) == 1 {
            if byte == 0x0A { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }

    /// Gives an order and waits for its answer.
    @discardableResult
    func tell(_ order: String) -> String? {
        input.write(order + "\n")
        return line()
    }

    private static func pipe() -> (read: File, write: File) {
        var ends: [Int32] = [0, 0]
        _ = Glibc.pipe(&ends)
        return (File(ends[0]), File(ends[1]))
    }
}

/// A listening socket of the test's own.
struct Listener {
    let file: File
    let port: UInt16

    /// Any free port of an IPv6 (or IPv4) address; `::` also takes IPv4 connections.
    init(_ address: IPAddress) {
        let family: Int32
        switch address {
        case .v4: family = AF_INET
        case .v6: family = AF_INET6
        }
        let file = File(socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        var off: Int32 = 0
        if family == AF_INET6 {
            setsockopt(file.number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &off, 4)
        }
        withSocketAddress(address, port: 0) { precondition(bind(file.number, $0, $1) == 0) }
        listen(file.number, 16)
        var name = sockaddr_in6()
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        let number = file.number
        withUnsafeMutablePointer(to: &name) {
            _ = $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
        }
        self.file = file
        // The port stands in the same place for both families.
        port = UInt16(bigEndian: name.sin6_port)
    }

    init(path: String) {
        let file = File(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        withUnixAddress(path) { precondition(bind(file.number, $0, $1) == 0) }
        chmod(path, 0o666)
        listen(file.number, 16)
        self.file = file
        port = 0
    }

    func accept() -> File { File(Glibc.accept(file.number, nil, nil)) }

    /// A connection to this listener from this very process.
    func connect(to address: IPAddress) -> File {
        let family: Int32
        switch address {
        case .v4: family = AF_INET
        case .v6: family = AF_INET6
        }
        let client = File(socket(family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
        withSocketAddress(address, port: port) { precondition(Glibc.connect(client.number, $0, $1) == 0) }
        return client
    }
}

func withSocketAddress(_ address: IPAddress, port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
    switch address {
    case .v4(let number):
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = number.bigEndian
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
    case .v6:
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        withUnsafeMutableBytes(of: &name.sin6_addr) { $0.copyBytes(from: address.octets) }
        withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}

func withUnixAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path.utf8) }
    withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}

/// Both ends of a Unix connection of this process with itself.
func unixPair() -> (File, File) {
    var ends: [Int32] = [0, 0]
    socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    return (File(ends[0]), File(ends[1]))
}

/// A descriptor by itself does not keep its file open.
extension ClientLookup {
    func tcpClient(of file: File, needs: Needs) throws(Failure) -> Client {
        defer { withExtendedLifetime(file) {} }
        return try tcpClient(descriptor: file.number, needs: needs)
    }

    func unixClient(of file: File, socketName: String?, needs: Needs) throws(Failure) -> Client {
        defer { withExtendedLifetime(file) {} }
        return try unixClient(descriptor: file.number, socketName: socketName, needs: needs)
    }

    func unixPeer(of file: File) -> UnixPeer? {
        defer { withExtendedLifetime(file) {} }
        return unixPeer(descriptor: file.number)
    }
}

let isRoot = getuid() == 0
let effectiveUser = geteuid()
let ip = "/sbin/ip"
let canChangeNetwork = isRoot && access(ip, X_OK) == 0 && Child.run("/usr/bin/unshare", "-n", "/bin/true")

/// The descriptor that comes over a Unix connection (unix(7), SCM_RIGHTS).
func receiveDescriptor(over socket: File) -> File {
    var byte: UInt8 = 0
    // A header of 16 bytes, the descriptor, and padding.
    var control: [Int32] = Array(repeating: -1, count: 6)
    let count = withUnsafeMutableBytes(of: &byte) { data in
        control.withUnsafeMutableBytes { control in
            var part = iovec(iov_base: data.baseAddress, iov_len: 1)
            return withUnsafeMutablePointer(to: &part) { part in
                var message = msghdr()
                message.msg_iov = part
                message.msg_iovlen = 1
                message.msg_control = control.baseAddress
                message.msg_controllen = control.count
                return recvmsg(socket.number, &message, 0)
            }
        }
    }
    precondition(count == 1)
    return File(control[4])
}
