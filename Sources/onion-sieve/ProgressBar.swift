// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// How far reading is, on standard error if that is a terminal, and only if it takes long.
struct ProgressBar {
    private let console: Console
    private let isWanted: Bool
    private let start = ContinuousClock.now
    private var last = ContinuousClock.now
    private var isShown = false

    private static let patience = Duration.milliseconds(500)
    private static let interval = Duration.milliseconds(100)
    private static let cells = 40

    init(_ console: Console) {
        self.console = console
        isWanted = isatty(STDERR_FILENO) == 1 && !Console.isDumb
    }

    /// - Parameter size: of all; nil if nobody knows.
    mutating func show(position: Int, of size: Int?, lines: Int) {
        guard isWanted else { return }
        let now = ContinuousClock.now
        guard now - start > Self.patience, now - last > Self.interval else { return }
        last = now
        isShown = true
        console.printError("\r\(Self.text(position: position, of: size, lines: lines))\u{1B}[K", terminator: "")
    }

    static func text(position: Int, of size: Int?, lines: Int) -> String {
        guard let size, size > 0 else { return "\(position >> 20) MiB, \(lines) lines" }
        let part = min(max(Double(position) / Double(size), 0), 1)
        let full = Int(part * Double(cells))
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: cells - full)
        return "[\(bar)] \(Int(part * 100)) %, \(lines) lines"
    }

    /// Takes it away, before something else is said.
    mutating func clear() {
        guard isShown else { return }
        isShown = false
        console.printError("\r\u{1B}[K", terminator: "")
    }
}
