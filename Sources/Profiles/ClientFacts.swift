// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies

/// What profiles ask about a local client beside its user: nothing else needs to be looked up.
package struct ClientFacts: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let label = ClientFacts(rawValue: 1)
    package static let executable = ClientFacts(rawValue: 2)
    package static let unit = ClientFacts(rawValue: 4)
    package static let groups = ClientFacts(rawValue: 8)

    /// What the qualifiers ask for, as far as a local client can match them at all.
    package init(neededFor selector: ClientSelector) {
        self = []
        guard selector.canMatchLocal else { return }
        if let labels = selector.appArmorProfiles {
            insert(.label)
            // An unconfined client is known by its executable in place of a label.
            if labels != .any { insert(.executable) }
        }
        if selector.executables != nil { insert(.executable) }
        if selector.units != nil { insert(.unit) }
        if selector.groups != nil { insert(.groups) }
    }
}
