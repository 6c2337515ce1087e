// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import ControlProtocol

/// What `/proc/PID/stat` and `/proc/PID/status` say (proc(5)), as pure functions of their text.
package struct ProcessStatus: Hashable, Sendable {
    /// The user that counts for permissions.
    package var effectiveUser: UInt32
    package var effectiveGroup: UInt32
    package var supplementaryGroups: [UInt32]

    /// More groups than any account has; Linux allows 65,536, and each costs a look into the user database.
    static let mostGroups = 4096
    /// Bytes of `/proc/PID/status`, most of which are the groups.
    static let longestText = 1 << 18

    /// Reads `/proc/PID/status`. The process's own name in it has its line breaks escaped by the kernel.
    package init?(_ status: [UInt8]) {
        let wanted = Self.fields
        var fields: [[UInt32]?] = [nil, nil, nil]
        let isReadable = status.withUnsafeBytes { text in
            var start = 0
            while start < text.count {
                let end = text.firstIndex(of: UInt8(ascii: "\n"), from: start) ?? text.count
                let line = text[start..<end]
                start = end + 1
                // Most lines are about something else.
                guard line.first == UInt8(ascii: "U") || line.first == UInt8(ascii: "G"),
                    let field = wanted.firstIndex(where: { line.starts(with: $0.key) })
                else { continue }
                let numbers = Self.numbers(line.dropFirst(wanted[field].key.count), upTo: wanted[field].most)
                guard fields[field] == nil, let numbers else { return false }
                fields[field] = numbers
            }
            return true
        }
        guard isReadable, let users = fields[0], users.count == 4, let groups = fields[1], groups.count == 4,
            let supplementary = fields[2]
        else { return nil }
        effectiveUser = users[1]
        effectiveGroup = groups[1]
        supplementaryGroups = supplementary
    }

    /// When the process started, in clock ticks since boot: field 22 of `/proc/PID/stat`. The name, field 2, stands in
    /// parentheses and may itself hold some, and blanks.
    package static func startTime(_ stat: [UInt8]) -> UInt64? {
        stat.withUnsafeBytes { text in
            guard let end = text.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            // What stands behind the name begins with field 3.
            var position = end + 1
            for _ in 3..<22 where word(in: text, from: &position) == nil { return nil }
            return word(in: text, from: &position).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) }
        }
    }

    /// What is read, and how many numbers there may be.
    private static let fields = [("Uid:", 4), ("Gid:", 4), ("Groups:", mostGroups)].map { key, most in
        (key: Array(key.utf8), most: most)
    }

    /// Numbers between blanks and tabs; nil for anything else, for a number that no user has, and for more of them.
    private static func numbers(_ field: Slice<UnsafeRawBufferPointer>, upTo bound: Int) -> [UInt32]? {
        let text = UnsafeRawBufferPointer(rebasing: field)
        var numbers: [UInt32] = []
        numbers.reserveCapacity(4)
        var position = 0
        while let word = word(in: text, from: &position) {
            guard numbers.count < bound, let user = PlainDecimal.parse(word, upTo: Int(UInt32.max)) else { return nil }
            numbers.append(UInt32(user))
        }
        return numbers
    }

    /// What stands between blanks and tabs next, and the position behind it.
    private static func word(in text: UnsafeRawBufferPointer, from position: inout Int) -> UnsafeRawBufferPointer? {
        while position < text.count, text[position].isBlank { position += 1 }
        let start = position
        while position < text.count, !text[position].isBlank { position += 1 }
        return start < position ? UnsafeRawBufferPointer(rebasing: text[start..<position]) : nil
    }
}
