// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

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
        var fields: [ArraySlice<UInt8>?] = [nil, nil, nil]
        for line in status.split(separator: 0x0A) {
            guard let index = Self.keys.firstIndex(where: { line.starts(with: $0.utf8) }) else { continue }
            guard fields[index] == nil else { return nil }
            fields[index] = line.dropFirst(Self.keys[index].utf8.count)
        }
        guard let users = Self.numbers(fields[0], upTo: 4), users.count == 4,
            let groups = Self.numbers(fields[1], upTo: 4), groups.count == 4,
            let supplementary = Self.numbers(fields[2], upTo: Self.mostGroups)
        else { return nil }
        effectiveUser = users[1]
        effectiveGroup = groups[1]
        supplementaryGroups = supplementary
    }

    /// When the process started, in clock ticks since boot: field 22 of `/proc/PID/stat`. The name, field 2, stands in
    /// parentheses and may itself hold some, and blanks.
    package static func startTime(_ stat: [UInt8]) -> UInt64? {
        guard let end = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }

    private static let keys = ["Uid:", "Gid:", "Groups:"]

    private static func numbers(_ field: ArraySlice<UInt8>?, upTo bound: Int) -> [UInt32]? {
        guard let field else { return nil }
        let words = field.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        guard words.count <= bound else { return nil }
        let numbers = words.compactMap { UInt32(String(decoding: $0, as: UTF8.self)) }
        return numbers.count == words.count ? numbers : nil
    }
}
