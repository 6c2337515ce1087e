// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import YAML

/// `onions` of a profile.
struct OnionsEntry: Sendable {
    /// A port or a range of them, and where it stands.
    struct Ports: Sendable {
        var range: ClosedRange<UInt16>
        var mark: Mark
    }

    /// A target with an address, or a Unix socket, and where it stands.
    struct Place: Sendable {
        var target: OnionTarget
        var mark: Mark
    }

    /// Where the key stands.
    var mark: Mark
    var keys: Set<OnionsRule.Key> = []
    var ports: [ClosedRange<UInt16>] = []
    var targetPorts: [Ports] = []
    var places: [Place] = []
    var flags: Set<AddOnion.Flag> = []
    var addedFlags: [AddOnion.Flag] = []
    var parameters: Set<OnionsRule.Parameter> = []
    var max: Int?
}
