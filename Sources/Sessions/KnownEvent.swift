// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

/// A kind of event that has come, and what the policy makes of it: most come many times in a row.
struct KnownEvent: Sendable {
    let name: EventName
    let decision: EventDecision
    /// How a line begins that is such an event as a whole, if those pass as they came and nothing is taken note of.
    let beginning: [UInt8]?

    init(_ name: EventName, _ decision: EventDecision, under policy: Policy) {
        self.name = name
        self.decision = decision
        if case .deliver(nil, .none) = decision, !policy.tracksOwnership, !policy.followsStreams {
            // As tor writes it; every other form is looked at line by line.
            beginning = Array("650 \(name.name) ".utf8)
        } else {
            beginning = nil
        }
    }
}
