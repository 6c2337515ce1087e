// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Glibc

/// Standard input, line by line, without line ends.
struct StandardInput {
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false

    mutating func nextLine() -> [UInt8]? {
        while true {
            if let end = buffer[start...].firstIndex(of: .lineFeed) {
                defer { start = end + 1 }
                return Self.withoutEnd(buffer[start..<end])
            }
            guard !isAtEnd else {
                defer { start = buffer.count }
                return start < buffer.count ? Self.withoutEnd(buffer[start...]) : nil
            }
            read()
        }
    }

    private mutating func read() {
        buffer.removeFirst(start)
        start = 0
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
        if count < 0, errno == EINTR { return }
        guard count > 0 else {
            isAtEnd = true
            return
        }
        buffer += chunk.prefix(count)
    }

    private static func withoutEnd(_ line: ArraySlice<UInt8>) -> [UInt8] {
        Array(line.last == .carriageReturn ? line.dropLast() : line)
    }
}
