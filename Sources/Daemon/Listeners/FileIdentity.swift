// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Which file it is, whatever its name.
struct FileIdentity: Hashable, Sendable {
    private let device: UInt
    private let inode: UInt

    init(_ status: stat) {
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
    }

    /// Of what stands at the path, a link not followed; nil if nothing does.
    init?(at path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    /// Removes what stands at the path, if it is this file.
    func remove(_ path: String) {
        if isAt(path) { unlink(path) }
    }

    func isAt(_ path: String) -> Bool { FileIdentity(at: path) == self }
}
