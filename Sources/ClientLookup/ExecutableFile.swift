// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc
internal import Policies

/// The file that a process runs.
struct ExecutableFile: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    /// What the kernel calls it. In a mount namespace of his own a user can mount any file of his at any path, so this
    /// text by itself means nothing.
    var claimedPath: String
    /// The path, if in our mount namespace it leads to that very file, which belongs to root and which nobody else may
    /// write.
    var verifiedPath: String?
    /// Why there is none.
    var doubt: Client.UnverifiedExecutable.Doubt?
    /// Only looked at where the path does not count.
    var isInAnotherMountNamespace = false

    init?(of process: borrowing PinnedProcess) throws(SystemError) {
        let running = try process.file(behind: "exe")
        guard let path = try process.destination(of: "exe"), path.hasPrefix("/") else { return nil }
        device = UInt64(running.st_dev)
        inode = UInt64(running.st_ino)
        claimedPath = path
        // Permissions are those of the running file, asked of the file itself: one and the same if the numbers agree.
        let isTrusted =
            running.st_mode & S_IFMT == S_IFREG && running.st_uid == 0
            && running.st_mode & (S_IWGRP | S_IWOTH) == 0
        verifiedPath = isTrusted && Self.leads(path, to: running) ? path : nil
        if verifiedPath == nil {
            doubt =
                running.st_uid != 0
                ? .owner(running.st_uid) : running.st_mode & (S_IWGRP | S_IWOTH) != 0 ? .writable : .elsewhere
            isInAnotherMountNamespace = process.isInAnotherMountNamespace
        }
    }

    var unverified: Client.UnverifiedExecutable? {
        guard verifiedPath == nil else { return nil }
        return Client.UnverifiedExecutable(
            path: claimedPath, isInAnotherMountNamespace: isInAnotherMountNamespace, doubt: doubt)
    }

    private static func leads(_ path: String, to running: stat) -> Bool {
        guard let ours = try? PinnedProcess.file(at: path) else { return false }
        return ours.st_dev == running.st_dev && ours.st_ino == running.st_ino
    }
}
