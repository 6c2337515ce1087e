// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import YAML

/// One key under `commands`, with its rules in written order.
struct CommandEntry: Sendable {
    var keyword: Keyword
    /// Whether the rules are for the command with a data block, written with a `+`.
    var takesBlock: Bool
    var mark: Mark
    var rules: [RuleEntry]

    /// The keyword as `Command.ruleName` spells it.
    var ruleName: String { takesBlock ? "+\(keyword.name)" : keyword.name }
}
