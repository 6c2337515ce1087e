// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why tor's cookie could not be read from its file, said by whoever tried.
package enum CookieFailure: Error, Hashable, Sendable {
    /// The file cannot be opened or read. `error` is the system's text (`Permission denied`); `access` says who may
    /// read the file (`owner debian-tor, group debian-tor, mode 0640`), nil where even that is not known.
    case unreadable(path: String, error: String, access: String?)
    /// A directory, FIFO or device.
    case notRegularFile(path: String)
    /// The file has this many bytes, which no cookie has.
    case wrongLength(path: String, count: Int)

    package var reason: String {
        switch self {
        case .unreadable(let path, let error, let access):
            "tor's cookie file \(path) cannot be read: \(error)" + (access.map { " (\($0))" } ?? "")
        case .notRegularFile(let path):
            "tor's cookie file \(path) is no regular file"
        case .wrongLength(let path, let count):
            "tor's cookie file \(path) is \(count) bytes long, and a cookie is \(SafeCookie.byteCount)"
        }
    }
}
