// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import Policies

/// A listening socket of one application, in a directory that is ours alone.
///
/// It is bound under a temporary name, as ours alone, then given its group and mode, listened on, and only then given its name:
/// nobody can connect to it earlier, and what replaces another does so at once.
struct ApplicationSocketFile {
    static let name = "control"
    /// No longer than the name: a path that fits into an address has room for it. Nobody else makes files here.
    static let temporaryName = ".socket"

    let path: String
    let descriptor: CInt
    private let identity: FileIdentity

    init(_ socket: ApplicationSocket, in directory: borrowing OwnDirectory) throws(ListenerFailure) {
        path = "\(directory.path)/\(Self.name)"
        guard path.utf8.count <= UnixListenSocket.addressLimit else {
            throw ListenerFailure(
                reason: "the path \(path) is too long for a socket (\(UnixListenSocket.addressLimit) bytes): "
                    + "choose a shorter --runtime-directory")
        }
        _ = try directory.identity(of: Self.name, kind: S_IFSOCK)
        let group = try Self.group(of: socket)
        Self.removeLeftover(from: directory)
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("cannot make a socket") }
        do throws(ListenerFailure) {
            try Self.bind(descriptor, to: "\(directory.path)/\(Self.temporaryName)")
            do throws(ListenerFailure) {
                identity = try Self.give(Self.temporaryName, in: directory, to: group, socket)
                guard listen(descriptor, UnixListenSocket.backlog) == 0 else {
                    throw .system("cannot listen on \(path)")
                }
                try directory.rename(Self.temporaryName, to: Self.name)
            } catch {
                Self.removeLeftover(from: directory)
                throw error
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    /// What a daemon that was killed may have left before it had its name.
    static func removeLeftover(from directory: borrowing OwnDirectory) {
        directory.remove(temporaryName, kind: S_IFSOCK)
    }

    /// Whether the name is still that of this socket.
    var isInPlace: Bool { identity.isAt(path) }

    private static func group(of socket: ApplicationSocket) throws(ListenerFailure) -> gid_t {
        guard let name = socket.group else { return getegid() }
        // The last one stands for none (chown(2)).
        guard let group = Accounts.group(name), group != gid_t.max else {
            throw ListenerFailure(reason: "there is no group '\(name)'")
        }
        return group
    }

    /// By the whole path, which is what the kernel shows of the socket. Should it lead elsewhere by now, the socket is missing in the
    /// directory that is held open.
    private static func bind(_ descriptor: CInt, to path: String) throws(ListenerFailure) {
        // The mode of the descriptor is that of the file (unix(7)).
        guard fchmod(descriptor, 0o600) == 0 else { throw .system("cannot set the mode of a socket") }
        let result = UnixListenSocket.withAddress(of: path) { address, length in
            Glibc.bind(descriptor, address, length)
        }
        guard result == 0 else { throw .system("cannot bind \(path)") }
    }

    private static func give(
        _ name: String,
        in directory: borrowing OwnDirectory,
        to group: gid_t,
        _ socket: ApplicationSocket
    ) throws(ListenerFailure) -> FileIdentity {
        var expected = socket.mode
        let list = AccessList(mode: socket.mode, group: group)
        // A list that the directory hands down would let others in than the mode says. (By way of the open directory.)
        let anchored = "/proc/self/fd/\(directory.number)/\(name)"
        if clinux_remove_attribute(anchored, CLINUX_ACCESS_LIST) != 0, errno != ENODATA, errno != EOPNOTSUPP {
            throw .system("cannot look for an access control list at \(directory.path)")
        }
        // Also to our own group: where the directory has the set-group-ID bit the file has another.
        if fchownat(directory.number, name, uid_t.max, group, AT_SYMLINK_NOFOLLOW) == 0 {
            guard fchmodat(directory.number, name, socket.mode, 0) == 0 else { throw .system("cannot set the mode") }
        } else {
            guard errno == EPERM else { throw .system("cannot give the socket to the group \(socket.group ?? "")") }
            expected = list.shownMode
            guard clinux_set_attribute(anchored, CLINUX_ACCESS_LIST, list.encoded, list.encoded.count) == 0 else {
                throw ListenerFailure(
                    reason:
                        "cannot give the socket to the group \(socket.group ?? ""): this user is not in it, and an access "
                        + "control list cannot be set (\(SystemText.last)): add the user that runs onion-sieve to the group"
                )
            }
        }
        var status = stat()
        guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFSOCK,
            status.st_uid == geteuid(), status.st_mode & 0o7777 == expected
        else { throw ListenerFailure(reason: "cannot give the socket in \(directory.path) its mode") }
        return FileIdentity(status)
    }
}
