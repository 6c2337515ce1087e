// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The environment that a program is started with, as execve(2) takes it: `NAME=value` in bytes, which need be no UTF-8.
package struct ProgramEnvironment: Hashable, Sendable {
    package private(set) var entries: [[UInt8]]

    package init(_ entries: [[UInt8]]) { self.entries = entries }

    /// That of this process.
    package static var own: ProgramEnvironment { ProgramEnvironment(CStrings.bytes(environ)) }

    /// The first value of a variable, which is the one that getenv(3) finds.
    package subscript(_ name: String) -> String? {
        entries.first { Self.isNamed($0, name) }
            .map { String(decoding: $0.dropFirst(name.utf8.count + 1), as: UTF8.self) }
    }

    /// Takes away every entry of these names, and sets those that have a value. Nothing else changes, nor its order.
    package mutating func replace(_ names: [String], with values: [(name: String, value: String)]) {
        let all = names + values.map(\.name)
        entries.removeAll { entry in all.contains { Self.isNamed(entry, $0) } }
        entries += values.map { Array("\($0.name)=\($0.value)".utf8) }
    }

    private static func isNamed(_ entry: [UInt8], _ name: String) -> Bool { entry.starts(with: "\(name)=".utf8) }
}
