// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Glibc

/// A directory of a test's own, by its real path, which goes with all that is in it when its owner does.
package final class TemporaryDirectory: Sendable {
    package let path: String

    package init(mode: mode_t = 0o700) {
        var template = Array("/tmp/onion-sieve-test-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template), let real = realpath(made, nil) else {
            fatalError("no temporary directory can be made: \(String(cString: strerror(errno)))")
        }
        path = String(cString: real)
        free(real)
        chmod(path, mode)
    }

    deinit { Self.remove(path) }

    /// Writes a file.
    ///
    /// - Returns: its path.
    @discardableResult
    package func file(_ name: String, _ text: String = "", mode: mode_t = 0o644) -> String {
        let whole = "\(path)/\(name)"
        let file = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        _ = Array(text.utf8).withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        fchmod(file, mode)
        close(file)
        return whole
    }

    /// Links are removed, and not followed.
    private static func remove(_ path: String) {
        guard unlink(path) != 0 else { return }
        if let stream = opendir(path) {
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(stream)
        }
        rmdir(path)
    }
}
