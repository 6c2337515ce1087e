// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
import Glibc
package import TorLink

/// Files that hold tor's cookie or its password: read once, bounded, and never shown.
package enum SecretFile {
    /// Tor's cookie from our own setting. A read that fails says who may read the file.
    package static func cookie(at path: String) -> Result<Secret, CookieFailure> {
        switch read(path, limit: 33) {
        case .success(let bytes) where bytes.count == 32:
            .success(Secret(bytes))
        case .success(let bytes):
            .failure(.wrongLength(path: path, count: bytes.count))
        case .failure(.notRegular):
            .failure(.notRegularFile(path: path))
        case .failure(.system(let text)):
            .failure(.unreadable(path: path, error: text, access: access(to: path)))
        }
    }

    package struct Failure: Error, Hashable, Sendable {
        package let reason: String
    }

    /// The first line of the file.
    package static func password(at path: String) throws(Failure) -> Secret {
        switch read(path, limit: 1024) {
        case .success(let bytes):
            let line = bytes.prefix { $0 != .lineFeed && $0 != .carriageReturn }
            guard !line.isEmpty else { throw Failure(reason: "\(path) has no password in its first line") }
            return Secret(line)
        case .failure(.notRegular):
            throw Failure(reason: "\(path) is no regular file")
        case .failure(.system(let text)):
            throw Failure(reason: "cannot read \(path): \(text)")
        }
    }

    private enum Unread: Error {
        case notRegular
        case system(String)

        static var last: Unread { .system(SystemText.last) }
    }

    private static func read(_ path: String, limit: Int) -> Result<[UInt8], Unread> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return .failure(.last) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(.last) }
        guard status.st_mode & S_IFMT == S_IFREG else { return .failure(.notRegular) }
        var bytes = [UInt8](repeating: 0, count: limit)
        var count = 0
        while count < limit {
            let got = bytes.withUnsafeMutableBytes {
                Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), limit - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return .failure(.last) }
            if got == 0 { break }
            count += got
        }
        return .success(Array(bytes.prefix(count)))
    }

    /// `mode 0640, uid 107, gid 115`, for whoever has to put a user into the right group.
    private static func access(to path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "its owner and mode cannot be read" }
        let mode = String(status.st_mode & 0o7777, radix: 8)
        let padded = String(repeating: "0", count: max(0, 4 - mode.count)) + mode
        return "mode \(padded), uid \(status.st_uid), gid \(status.st_gid)"
    }
}
