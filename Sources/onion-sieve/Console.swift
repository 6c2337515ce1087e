// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Glibc

/// Where this program speaks to its user: results on standard output, everything else on standard error.
struct Console {
    /// Whether what is printed may be coloured: standard output is a terminal, and NO_COLOR (no-color.org) is not set.
    let isColoured: Bool

    init() {
        let isForbidden = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        isColoured = isatty(STDOUT_FILENO) == 1 && !isForbidden && !Self.isDumb
    }

    /// Whether terminals here can do no more than print (term(7)).
    static var isDumb: Bool { getenv("TERM").map { String(cString: $0) == "dumb" } ?? true }

    /// Ends the process if the text cannot be written: whoever reads half of a policy or of a script must know that it is half.
    func print(_ text: String, terminator: String = "\n") {
        let failure = Self.write(text + terminator, to: STDOUT_FILENO)
        guard failure != 0 else { return }
        // Nobody reads any more, and need not be told: the usual end (signal(7)), also where that signal is ignored.
        guard failure != EPIPE else { exit(128 + SIGPIPE) }
        printFailure("standard output cannot be written: \(String(cString: strerror(failure)))")
        exit(1)
    }

    /// Cells of a line of the terminal; nil if standard output is none.
    var width: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// Says why this command fails.
    ///
    /// - Returns: what is to be thrown then.
    @discardableResult
    func printFailure(_ reason: String) -> ExitCode {
        printError("onion-sieve: error: \(reason)")
        return ExitCode(1)
    }

    func printError(_ text: String, terminator: String = "\n") {
        // Of a failure here there is no one to tell.
        _ = Self.write(text + terminator, to: STDERR_FILENO)
    }

    /// - Returns: the error (errno(3)), or 0.
    private static func write(_ text: String, to descriptor: CInt) -> CInt {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR else { return errno }
            } else {
                rest = rest.dropFirst(count)
            }
        }
        return 0
    }
}
