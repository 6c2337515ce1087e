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
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        // What stands behind the name begins with field 3.
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 20)
        guard fields.count > 19 else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }

    /// What is read, and how many numbers there may be.
    private static let fields = [("Uid:", 4), ("Gid:", 4), ("Groups:", mostGroups)].map { key, most in
        (key: Array(key.utf8), most: most)
    }

    /// Numbers between blanks and tabs; nil for anything else, for a number that no user has, and for more of them.
    private static func numbers(_ field: Slice<UnsafeRawBufferPointer>, upTo bound: Int) -> [UInt32]? {
        let words = field.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard words.count <= bound else { return nil }
        let numbers = words.compactMap {
            PlainDecimal.parse(UnsafeRawBufferPointer(rebasing: $0), upTo: Int(UInt32.max)).map(UInt32.init)
        }
        return numbers.count == words.count ? numbers : nil
    }
}
