// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Where a path leads when every link on the way is followed (realpath(3)).
enum RealPath {
    /// Of a path that does not exist, its deepest directory that does, with the rest behind it. Nil if it cannot be found out: a
    /// link that leads nowhere yet, a directory that may not be searched.
    static func resolve(_ path: String) -> String? {
        guard path.hasPrefix("/") else { return nil }
        var directory = path
        var rest = ""
        while true {
            if let resolved = realpath(directory, nil) {
                defer { free(resolved) }
                let real = String(cString: resolved)
                return rest.isEmpty ? real : (real == "/" ? "" : real) + rest
            }
            // What is there and yet cannot be followed may lead anywhere tomorrow.
            var status = stat()
            guard errno == ENOENT, lstat(directory, &status) != 0, errno == ENOENT,
                let slash = directory.lastIndex(of: "/")
            else { return nil }
            rest = directory[slash...] + rest
            directory = slash == directory.startIndex ? "/" : String(directory[..<slash])
        }
    }
}
