// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// A profile as it is used: every pattern compiled, every key known, nothing left to parse.
package struct CompiledProfile: Sendable {
    package let name: String
    package let origin: RuleOrigin
    package let selector: ClientSelector
    /// Rules by the name of the command, with a `+` where a data block follows.
    package let rules: [String: [CommandRule]]
    package let denies: [String: [DenyRule]]
    package let confs: [ConfOption: ConfRule]
    package let events: [EventName: EventRule]
    package let isTorBrowserMode: Bool
    package let complains: Bool

    package init(
        name: String,
        origin: RuleOrigin,
        selector: ClientSelector,
        rules: [String: [CommandRule]] = [:],
        denies: [String: [DenyRule]] = [:],
        confs: [ConfOption: ConfRule] = [:],
        events: [EventName: EventRule] = [:],
        isTorBrowserMode: Bool = false,
        complains: Bool = false
    ) {
        self.name = name
        self.origin = origin
        self.selector = selector
        self.rules = rules
        self.denies = denies
        self.confs = confs
        self.events = events
        self.isTorBrowserMode = isTorBrowserMode
        self.complains = complains
    }
}
