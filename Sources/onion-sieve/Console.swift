// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Where this program speaks to its user: results on standard output, everything else on standard error.
struct Console {
    /// Whether what is printed may be coloured: standard output is a terminal, and NO_COLOR (no-color.org) is not set.
    let isColoured: Bool

    init() {
        let isForbidden = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
        let isDumb = getenv("TERM").map { String(cString: $0) == "dumb" } ?? true
        isColoured = isatty(STDOUT_FILENO) == 1 && !isForbidden && !isDumb
    }

    func print(_ text: String, terminator: String = "\n") {
        Self.write(text + terminator, to: STDOUT_FILENO)
    }

    /// Cells of a line of the terminal; nil if standard output is none.
    var width: Int? {
        guard isatty(STDOUT_FILENO) == 1 else { return nil }
        var size = winsize()
        return ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    func printError(_ text: String, terminator: String = "\n") {
        Self.write(text + terminator, to: STDERR_FILENO)
    }

    private static func write(_ text: String, to descriptor: CInt) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                // Nobody reads any more: there is no one to tell.
                guard errno == EINTR else { return }
            } else {
                rest = rest.dropFirst(count)
            }
        }
    }
}
