// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Daemon
import Glibc

/// A report in a file, which is there whole or not at all. It says who uses tor, so that nobody else may read it at first.
struct ReportFile {
    typealias Failure = ReplacedFile.Failure

    let path: String

    /// What stands in the beginning of every report.
    private static let mark = Array("<title>onion-sieve audit".utf8)
    private static let beginning = 4096
    private static let mode: UInt32 = 0o600

    /// - Parameter isForced: whether what is there and is no report may be replaced.
    func check(isForced: Bool) throws(Failure) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            guard errno == ENOENT else { throw failure(errno) }
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(reason: "\(path): is no regular file, and is not replaced")
        }
        guard !isForced, status.st_size > 0, try !isReport() else { return }
        throw Failure(reason: "\(path): is no report, and is not replaced without --force")
    }

    private func isReport() throws(Failure) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.beginning) { buffer, count in
            count = max(read(descriptor, buffer.baseAddress, buffer.count), 0)
        }
        return bytes.indices.contains { bytes[$0...].starts(with: Self.mark) }
    }

    func write(_ text: String, isForced: Bool) throws(Failure) {
        try check(isForced: isForced)
        try ReplacedFile.write(text, to: path, mode: Self.mode)
    }

    private func failure(_ number: CInt) -> Failure {
        Failure(reason: "\(path): \(SystemText.describe(number))")
    }
}
