// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc
import SystemPackage

/// The file by which those who may read it learn a listener's cookie.
///
/// It is written whole under a temporary name, as ours alone, then given its owner and mode, and only then its name: nobody ever
/// reads half of it or one that is not theirs to read, and what stood there before, be it a link, is replaced and not followed. In
/// a directory where others may take its place it is not made at all: clients would show somebody else's secret to us. While it is
/// held it is locked for writing, which nobody who may only read it can do, so that another daemon knows that it is in use.
struct CookieFile: Sendable {
    let path: String
    /// Only the file that was made is removed at the end.
    private let identity: FileIdentity
    /// Keeps the lock, and the inode from being given to another file.
    private let lock: CInt

    /// - Parameter torCookie: the path of tor's cookie, which must not be this one by another name.
    init(_ place: ListenAddress.CookiePlace, holding secret: Secret, torCookie: String) throws(ListenerFailure) {
        path = place.path
        do throws(ListenerFailure) {
            let owner = try FileOwner(user: place.owner, group: place.group)
            let end = path.lastIndex(of: "/") ?? path.startIndex
            let name = String(path[end...].dropFirst())
            try ListenDirectory.make(for: path)
            let holder = end == path.startIndex ? "/" : String(path[..<end])
            let directory = try Self.open(holder)
            try Self.checkDirectory(directory, holder, owner)
            try Self.checkReplaceable(name, in: directory, owner)
            try Self.refuseLocked(name, in: directory)
            try Self.refuseTorCookie(torCookie, name, in: directory)
            let temporary = "\(name).\(String(UInt32.random(in: .min ... .max), radix: 36))"
            (identity, lock) = try Self.write(secret, to: temporary, in: directory, owner, mode: place.mode)
            guard renameat(directory.number, temporary, directory.number, name) == 0 else {
                let failure = ListenerFailure.system("it cannot be put in its place")
                unlinkat(directory.number, temporary, 0)
                close(lock)
                throw failure
            }
        } catch {
            throw ListenerFailure(reason: "cannot make the cookie file \(place.path): \(error.reason)")
        }
    }

    /// Whether the file is still the one that was made.
    var isInPlace: Bool { identity.isAt(path) }

    func remove() {
        identity.remove(path)
        close(lock)
    }

    /// Opened once, so that what was looked at is what is written to.
    private static func open(_ directory: String) throws(ListenerFailure) -> OpenDescriptor {
        do throws(Errno) {
            return try OpenDescriptor(directory, flags: OpenDescriptor.pathOnly | O_DIRECTORY)
        } catch {
            throw ListenerFailure(reason: "\(directory): \(SystemText.describe(error.rawValue))")
        }
    }

    private static func checkDirectory(_ open: borrowing OpenDescriptor, _ directory: String, _ owner: FileOwner)
        throws(ListenerFailure)
    {
        var status = stat()
        guard fstat(open.number, &status) == 0 else { throw .system(directory) }
        guard status.st_uid == 0 || owner.mayHaveLeft(fileOf: status.st_uid) else {
            throw ListenerFailure(
                reason:
                    "\(directory) belongs to another user (uid \(status.st_uid)), who could put another in its place"
            )
        }
        // With the sticky bit others cannot touch what is not theirs.
        guard status.st_mode & 0o022 == 0 || status.st_mode & S_ISVTX != 0 else {
            throw ListenerFailure(
                reason: "others can write in \(directory), and could put another in its place: chmod go-w \(directory)"
            )
        }
    }

    private static func checkReplaceable(_ name: String, in directory: borrowing OpenDescriptor, _ owner: FileOwner)
        throws(ListenerFailure)
    {
        var status = stat()
        guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw .system("what is there cannot be looked at") }
            return
        }
        guard [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) else {
            throw ListenerFailure(reason: "what is there is no regular file: move it away, or choose another name")
        }
        guard owner.mayHaveLeft(fileOf: status.st_uid) else {
            throw ListenerFailure(
                reason: "what is there belongs to another user (uid \(status.st_uid)): it is not replaced")
        }
    }

    /// The file of another daemon that is still there. What cannot be opened cannot be another's of the same user.
    private static func refuseLocked(_ name: String, in directory: borrowing OpenDescriptor) throws(ListenerFailure) {
        guard let open = try? OpenDescriptor(name, in: directory.number, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        else { return }
        var lock = WholeFileLock.make(F_RDLCK)
        guard fcntl(open.number, WholeFileLock.get, &lock) == 0, CInt(lock.l_type) != F_UNLCK else { return }
        throw ListenerFailure(reason: "another listener or onion-sieve uses it: give each a file of its own")
    }

    /// Tor's cookie by a way through links, whether or not it has been written yet.
    private static func refuseTorCookie(_ torCookie: String, _ name: String, in directory: borrowing OpenDescriptor)
        throws(ListenerFailure)
    {
        guard let slash = torCookie.lastIndex(of: "/"), torCookie[slash...].dropFirst() == name else { return }
        var (its, ours) = (stat(), stat())
        guard stat(slash == torCookie.startIndex ? "/" : String(torCookie[..<slash]), &its) == 0,
            fstat(directory.number, &ours) == 0
        else { return }
        guard FileIdentity(its) != FileIdentity(ours) else { throw ListenerFailure(reason: "it is tor's own") }
    }

    private static func write(
        _ secret: Secret,
        to name: String,
        in directory: borrowing OpenDescriptor,
        _ owner: FileOwner,
        mode: UInt32
    ) throws(ListenerFailure) -> (FileIdentity, lock: CInt) {
        let descriptor = openat(
            directory.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600
        )
        guard descriptor >= 0 else { throw .system("a file cannot be made there") }
        do throws(ListenerFailure) {
            // To be read by clients is what it is made for.
            let count = secret.withExposedBytes { Glibc.write(descriptor, $0, $0.count) }
            guard count == secret.count else { throw .system("it cannot be written") }
            if !owner.isUnchanged {
                guard fchown(descriptor, owner.user ?? uid_t.max, owner.group ?? gid_t.max) == 0 else {
                    throw .system("it cannot be given to \(owner)")
                }
            }
            guard fchmod(descriptor, mode) == 0 else { throw .system("its mode cannot be set") }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_mode & 0o7777 == mode else {
                throw .system("its mode cannot be set")
            }
            var lock = WholeFileLock.make(F_WRLCK)
            guard fcntl(descriptor, WholeFileLock.set, &lock) == 0 else { throw .system("it cannot be locked") }
            return (FileIdentity(status), descriptor)
        } catch {
            close(descriptor)
            unlinkat(directory.number, name, 0)
            throw error
        }
    }
}
