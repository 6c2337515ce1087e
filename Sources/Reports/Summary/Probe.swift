// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why somebody seems to try out what there is.
package enum Probe: Hashable, Sendable {
    /// So many different commands were refused.
    case manyCommands(Int, orMore: Bool)
    /// So many lines were no command that tor has.
    case noCommands(UInt64)

    package var text: String {
        switch self {
        case .manyCommands(let count, let orMore):
            "a probe? \(count)\(orMore ? " or more" : "") different commands were refused"
        case .noCommands(let count): "a probe? \(Figure.text(count)) lines were no commands that tor has"
        }
    }
}
