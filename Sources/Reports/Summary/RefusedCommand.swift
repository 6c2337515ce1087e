// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// A command that was refused, or passed only by complain mode, with all that asked the same.
package struct RefusedCommand: Hashable, Sendable {
    /// What two of them are the same by.
    struct Key: Hashable, Sendable {
        let command: String
        let arguments: String?
        let isComplaint: Bool
    }

    /// The keyword, with `+` before it if there was a body; `?` if tor has none such.
    package let command: String
    /// Nil if there were none, or they could not be read.
    package let arguments: String?
    /// Whether arguments were there that could not be read, and are not told.
    package let isUnread: Bool
    package let isComplaint: Bool
    package private(set) var count: UInt64 = 0
    package private(set) var first: Timestamp
    package private(set) var last: Timestamp
    /// Of the last one.
    package private(set) var reason: String?
    package private(set) var rule: String?

    static func key(of record: TrailRecord) -> Key {
        Key(
            command: BoundedText.cut(record.command ?? "?"),
            arguments: record.arguments.map { BoundedText.cut($0, to: BoundedText.argumentsLimit) },
            isComplaint: record.isComplaint
        )
    }

    init(_ key: Key, _ record: TrailRecord) {
        command = key.command
        arguments = key.arguments
        isUnread = record.isUnread
        isComplaint = key.isComplaint
        (first, last) = (record.time, record.time)
        (reason, rule) = (record.reason.map { BoundedText.cut($0) }, record.rule.map { BoundedText.cut($0) })
    }

    mutating func add(_ record: TrailRecord) {
        count.add(record.repeated)
        first = min(first, record.time)
        guard record.time >= last else { return }
        last = record.time
        (reason, rule) = (record.reason.map { BoundedText.cut($0) }, record.rule.map { BoundedText.cut($0) })
    }

    /// The command in one line.
    package var text: String {
        if command == "?" { return "? (no command that tor has)" }
        if isUnread { return "\(command) (could not be read)" }
        return arguments.map { "\(command) \($0)" } ?? command
    }
}
