// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import NIOConcurrencyHelpers
package import SystemPackage

/// Standard error, whose other end may be full or gone: who writes waits a moment, and then knows.
///
/// A line that only went out in part is ended before the next one.
package final class StandardErrorStream: Sendable {
    package static let shared = StandardErrorStream()

    /// What a pipe takes in one piece, without waiting, once it takes anything (PIPE_BUF of pipe(7)).
    private static let piece = 4096
    /// Milliseconds that somebody is waited for who does not read. Once they were waited for in vain nobody waits again, until
    /// something goes out.
    private static let patience: Int32 = 1000

    private struct State {
        var isStuck = false
        var isInLine = false
        var lastError: Errno?
    }

    // ThreadSanitizer knows this lock. It does not see how a `Mutex` is passed on that somebody waits for: that is in a library of
    // Swift's, which is not built with it.
    private let state = NIOLockedValueBox(State())

    /// Why the last line did not go out, if it did not.
    package var lastError: Errno? { state.withLockedValue { $0.lastError } }

    /// Whether the file is open for writing.
    package var isOpen: Bool {
        let flags = fcntl(STDERR_FILENO, F_GETFL)
        return flags >= 0 && flags & O_ACCMODE != O_RDONLY
    }

    /// Writes lines.
    ///
    /// - Returns: how many bytes of them went out, and why not all.
    package func write(_ lines: UnsafeRawBufferPointer) -> (written: Int, error: Errno?) {
        state.withLockedValue { state in
            if state.isInLine {
                let newline = Array("\n".utf8)
                state.lastError = newline.withUnsafeBytes { Self.write($0, &state) }.error
                if let error = state.lastError { return (0, error) }
            }
            let result = Self.write(lines, &state)
            state.lastError = result.error
            return result
        }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> (written: Int, error: Errno?) {
        var written = 0
        while written < bytes.count {
            var waiting = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&waiting, 1, state.isStuck ? 0 : patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else {
                state.isStuck = true
                return (written, .resourceTemporarilyUnavailable)
            }
            let part = UnsafeRawBufferPointer(rebasing: bytes[written..<min(written + piece, bytes.count)])
            let count = Glibc.write(STDERR_FILENO, part.baseAddress, part.count)
            if count < 0, errno == EINTR || errno == EAGAIN && !state.isStuck { continue }
            guard count > 0 else { return (written, count == 0 ? .noSpace : .current) }
            state.isStuck = false
            state.isInLine = part[count - 1] != UInt8(ascii: "\n")
            written += count
        }
        return (written, nil)
    }
}
