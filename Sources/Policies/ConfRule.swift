// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Patterns

/// An option that GETCONF may ask for, and that SETCONF and RESETCONF may set where values are listed.
package struct ConfRule: Sendable {
    package let origin: RuleOrigin
    package let option: ConfOption
    /// Patterns of values; nil if the option may only be read.
    package let values: [Pattern]?

    package init(origin: RuleOrigin, option: ConfOption, values: [Pattern]?) {
        self.origin = origin
        self.option = option
        self.values = values
    }

    /// Whether the assignment is one that the rule allows: its value, decoded or as written, matches a pattern whole.
    /// Setting the option back (`SETCONF Bridge`, `SETCONF Bridge=`, `RESETCONF Bridge`) is the value `''`.
    func allows(_ assignment: ConfAssignments.Assignment) -> Bool {
        guard let values, assignment.option == option else { return false }
        return values.contains { $0.matches(assignment.value) || $0.matches(assignment.rawValue) }
    }
}
