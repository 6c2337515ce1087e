// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// Whether what we write to a descriptor goes to the journal, where lines may begin with a priority (systemd.exec(5),
/// `JOURNAL_STREAM`; sd-daemon(3)).
package struct JournalStream: Hashable, Sendable {
    package var device: UInt64
    package var inode: UInt64

    /// - Parameter text: `JOURNAL_STREAM`, device and inode with a colon between. Any other text is no journal.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let device: UInt64 = Number.parse(parts[0]), let inode: UInt64 = Number.parse(parts[1])
        else { return nil }
        self.device = device
        self.inode = inode
    }

    /// The variable is inherited by programs whose output was redirected since: only the descriptor itself can tell.
    package func isBehind(_ descriptor: Int32) -> Bool {
        var status = stat()
        return fstat(descriptor, &status) == 0 && UInt64(status.st_dev) == device && UInt64(status.st_ino) == inode
    }
}
