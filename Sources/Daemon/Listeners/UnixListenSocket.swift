// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Glibc

/// A listening Unix socket that nobody could connect to before it had its final owner and mode.
///
/// It is bound under a temporary name, given mode and owner, listened on, and only then given its name. A socket file that
/// nobody listens on any more is replaced; one that answers is somebody's, and an error.
package struct UnixListenSocket {
    let path: String
    let descriptor: Int32
    /// What the file was when it was made: only that file is removed at the end.
    private let identity: FileIdentity

    /// Connections that the kernel queues until they are accepted (listen(2)); bounded by net.core.somaxconn.
    static let backlog: Int32 = 4096

    /// - Parameter prepare: what must be done before anybody can connect, once it is certain that nobody else listens here.
    init(_ socket: ListenAddress.UnixSocket, _ prepare: () throws(ListenerFailure) -> Void) throws(ListenerFailure) {
        path = socket.path
        do throws(ListenerFailure) {
            try ListenDirectory.make(for: path)
        } catch {
            throw ListenerFailure(reason: "cannot listen on \(path): \(error.reason)")
        }
        try Self.checkReplaceable(socket)
        let temporary = "\(path).\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw ListenerFailure.system("cannot make a socket") }
        do throws(ListenerFailure) {
            try Self.bind(descriptor, to: temporary, mode: socket.mode)
            do throws(ListenerFailure) {
                identity = try Self.give(temporary, descriptor, socket)
                try prepare()
                guard rename(temporary, path) == 0 else {
                    throw ListenerFailure.system("cannot put a socket at \(path)")
                }
            } catch {
                unlink(temporary)
                throw error
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// Removes the socket file, if it is still the one that was made.
    func remove() { identity.remove(path) }

    /// A socket file that we may replace is our own, or belongs to whom we would give it.
    private static func checkReplaceable(_ socket: ListenAddress.UnixSocket) throws(ListenerFailure) {
        let path = socket.path
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw ListenerFailure.system("cannot look at \(path)") }
            return
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ListenerFailure(reason: "\(path) exists and is no socket: move it away, or listen elsewhere")
        }
        guard status.st_uid == geteuid() || status.st_uid == socket.owner.flatMap(Accounts.user) else {
            throw ListenerFailure(
                reason: "\(path) is a socket of another user (uid \(status.st_uid)): it is not replaced")
        }
        guard try !isAnswered(path) else {
            throw ListenerFailure(reason: "somebody listens on \(path) already: is another onion-sieve running?")
        }
    }

    /// Whether a program listens there. Only a refused connection proves that none does.
    private static func isAnswered(_ path: String) throws(ListenerFailure) -> Bool {
        let probe = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard probe >= 0 else { throw ListenerFailure.system("cannot make a socket") }
        defer { close(probe) }
        let result = withAddress(of: path) { address, length in connect(probe, address, length) }
        return result == 0 || errno != ECONNREFUSED
    }

    /// The file is made with the mode of the descriptor less the umask (unix(7)): it never has another, and no path need be
    /// followed to change it. Nobody can connect before listen(2).
    private static func bind(_ descriptor: Int32, to path: String, mode: UInt32) throws(ListenerFailure) {
        guard fchmod(descriptor, mode) == 0 else { throw ListenerFailure.system("cannot set the mode of a socket") }
        let mask = umask(0)
        defer { umask(mask) }
        let result = withAddress(of: path) { address, length in Glibc.bind(descriptor, address, length) }
        guard result == 0 else { throw ListenerFailure.system("cannot bind a socket beside \(path)") }
    }

    private static func give(
        _ path: String,
        _ descriptor: Int32,
        _ socket: ListenAddress.UnixSocket
    ) throws(ListenerFailure) -> FileIdentity {
        let owner = try FileOwner(user: socket.owner, group: socket.group)
        if !owner.isUnchanged {
            guard lchown(path, owner.user ?? uid_t.max, owner.group ?? gid_t.max) == 0 else {
                throw .system("cannot give \(socket.path) to \(owner)")
            }
        }
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & 0o7777 == socket.mode else {
            throw ListenerFailure(reason: "cannot give \(socket.path) its mode")
        }
        guard listen(descriptor, backlog) == 0 else { throw ListenerFailure.system("cannot listen on \(socket.path)") }
        return FileIdentity(status)
    }

    /// Bytes of a path in an address: `sun_path` without the NUL at its end (unix(7)).
    static let addressLimit = 107

    /// The address of a path that is no longer than ``addressLimit``.
    package static func withAddress<Result>(
        of path: String,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { room in
            room.copyBytes(from: path.utf8.prefix(room.count - 1))
        }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}
