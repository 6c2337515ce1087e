// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

extension ProfileDecoder {
    /// More commands in a second than any client sends, and no limit.
    private static let mostCommands = 1_000_000

    mutating func decodeLimits(_ node: Node) -> LimitsEntry {
        var limits = LimitsEntry()
        for (key, entry) in entries(of: node, as: LimitKey.self) ?? WrittenEntries() {
            guard let value = count(entry.value, "`\(key.rawValue)`") else { continue }
            let number = LimitsEntry.Number(value: value, mark: entry.value.mark)
            switch key {
            case .sessions: limits.sessions = number
            case .onions: limits.onions = number
            case .commandsPerSecond:
                guard value <= Self.mostCommands else {
                    findings.error(
                        "expected at most \(Self.mostCommands) for `\(key.rawValue)`, found \(found(entry.value))",
                        at: entry.value.mark,
                        hint: "leave the key out for no limit"
                    )
                    continue
                }
                limits.commandsPerSecond = number
            }
        }
        return limits
    }
}
