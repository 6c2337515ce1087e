// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The texts of a command that rules for the whole of it are tried on, made once for all of them.
struct CommandReadings: Sendable {
    /// As sent.
    let command: Command
    /// Tried before it where the command lists keys or options: the same with single blanks. A blank more must not carry it past
    /// the rule that is meant for it to a wider one behind. Nil if it is the same.
    let canonical: Command?
    let ruleName: String
    /// How many keys or options a command that lists such asks for.
    let wordCount: Int

    init(_ command: Command) {
        self.command = command
        ruleName = command.ruleName
        wordCount = command.arguments.wordCount
        canonical = Self.canonical(of: command)
    }

    private static func canonical(of command: Command) -> Command? {
        guard command.keyword == .getInfo || command.keyword == .getConf, command.body == nil,
            !command.arguments.hasSingleBlanks
        else { return nil }
        return Command(keyword: command.keyword, arguments: command.arguments.words.joined(separator: " "))
    }
}
