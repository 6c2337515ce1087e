// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// A directory that is ours and in which nobody else can write, held open: what was looked at is what is written to, whatever
/// becomes of its path.
struct OwnDirectory: ~Copyable {
    let path: String
    private let open: OpenDescriptor

    var number: CInt { open.number }

    /// - Parameter isMade: whether it is made if it is missing.
    init(_ name: String, in parent: CInt, path: String, isMade: Bool) throws(ListenerFailure) {
        let isNew = isMade && mkdirat(parent, name, 0o755) == 0
        guard isNew || !isMade || errno == EEXIST else { throw .system("\(path) cannot be made") }
        let directory = try Self.open(name, in: parent, path)
        try Self.check(directory, path, isNew: isNew)
        self.path = path
        open = directory
    }

    private static func open(_ name: String, in parent: CInt, _ path: String) throws(ListenerFailure) -> OpenDescriptor
    {
        do throws(Errno) {
            return try OpenDescriptor(name, in: parent, flags: O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        } catch {
            let isOther = [.tooManySymbolicLinkLevels, .notDirectory].contains(error)
            let reason = isOther ? "is a link, or no directory" : SystemText.describe(error.rawValue)
            throw ListenerFailure(reason: "\(path): \(reason)")
        }
    }

    private static func check(_ open: borrowing OpenDescriptor, _ path: String, isNew: Bool) throws(ListenerFailure) {
        var status = stat()
        guard fstat(open.number, &status) == 0 else { throw .system(path) }
        guard status.st_uid == geteuid() else {
            throw ListenerFailure(reason: "\(path) belongs to another user (uid \(status.st_uid)): move it away")
        }
        if isNew {
            guard fchmod(open.number, 0o755) == 0 else { throw .system("the mode of \(path) cannot be set") }
            return
        }
        // With an access control list these bits are its mask: nobody whom it names has more.
        guard status.st_mode & 0o022 == 0 else {
            throw ListenerFailure(reason: "others can write in \(path): chmod go-w \(path)")
        }
    }

    /// What is there of ours: nil if nothing is.
    ///
    /// - Throws: if it is of another kind, or another's, and may not be replaced.
    func identity(of name: String, kind: mode_t) throws(ListenerFailure) -> FileIdentity? {
        var status = stat()
        guard fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            guard errno == ENOENT else { throw .system("\(path)/\(name) cannot be looked at") }
            return nil
        }
        guard status.st_mode & S_IFMT == kind else {
            let what = kind == S_IFSOCK ? "socket" : "regular file"
            throw ListenerFailure(reason: "\(path)/\(name) is no \(what), and is not replaced: move it away")
        }
        guard status.st_uid == geteuid() else {
            throw ListenerFailure(
                reason:
                    "\(path)/\(name) belongs to another user (uid \(status.st_uid)), and is not replaced: move it away")
        }
        return FileIdentity(status)
    }

    /// Removes it if it is of this kind and ours, and leaves it there otherwise.
    func remove(_ name: String, kind: mode_t) {
        if (try? identity(of: name, kind: kind)) != nil { unlinkat(number, name, 0) }
    }

    func names() throws(ListenerFailure) -> [String] {
        do throws(Errno) {
            return try open.names()
        } catch {
            throw ListenerFailure(reason: "\(path) cannot be listed: \(SystemText.describe(error.rawValue))")
        }
    }

    /// Gives what is there another name, in place of what has it.
    func rename(_ name: String, to final: String) throws(ListenerFailure) {
        guard renameat(number, name, number, final) == 0 else {
            throw .system("\(path)/\(final) cannot be put in its place")
        }
    }
}
