// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The directory that holds a socket or a cookie file.
enum ListenDirectory {
    /// Makes it, if only that is missing: `/run` is empty after a start.
    static func make(for path: String) throws(ListenerFailure) {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o755) == 0 {
            chmod(directory, 0o755)
        } else if errno != EEXIST {
            throw .system("cannot make the directory \(directory)")
        }
    }
}
