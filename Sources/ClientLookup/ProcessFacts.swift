// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

internal import Policies

/// What was read from a process that held still meanwhile. Facts that nobody asked for are nil.
struct ProcessFacts: Hashable, Sendable {
    var processID: Int32
    var label: Client.SecurityLabel?
    var executable: ExecutableFile?
    var unit: Client.Unit?
    /// The primary group first.
    var groups: [UInt32]

    init(processID: Int32, identity: ProcessIdentity) {
        self.processID = processID
        label = identity.label
        executable = identity.executable
        groups = [identity.status.effectiveGroup] + identity.status.supplementaryGroups
    }

    /// The same label and executable, both of them known; the user is the same by the way facts are read.
    func isAlike(_ other: ProcessFacts) -> Bool {
        label != nil && label == other.label && executable != nil && executable == other.executable
    }

    /// Leaves what is true of both.
    mutating func keepCommon(with other: ProcessFacts) {
        if unit != other.unit {
            unit = nil
        }
        groups.removeAll { !other.groups.contains($0) }
    }
}
