// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// Looks through one profile for what is written correctly and yet lets too much through, or does nothing.
///
/// Each profile is looked at by itself, as it would decide for a client that no other profile is for. What a finding says of a
/// command was tried on the compiled profile: `explain` says the same.
struct ProfileLint {
    var findings: Findings
    let profile: LintedProfile
    /// A finding of one name is told once at each place: with YAML's aliases one rule may belong to several profiles.
    var told: Set<Place>

    struct Place: Hashable {
        let name: FindingName
        let mark: Mark
    }

    init(_ profile: LintedProfile, findings: Findings, told: Set<Place>) {
        self.profile = profile
        self.findings = findings
        self.told = told
    }

    mutating func check() {
        checkLegacyKeys()
        checkQualifiers()
        for rule in profile.rules {
            checkCommandPattern(rule)
            checkReplacement(rule)
            checkTrailingArguments(rule)
            checkWholeCommand(rule)
            checkOwn(rule)
            checkTargets(rule)
            checkResponse(rule)
        }
        checkPermissions()
        checkSettings()
        checkTargetPorts()
        checkEvents()
        checkOrder()
        checkSlips()
    }

    mutating func tell(_ name: FindingName, _ message: String, at mark: Mark, hint: String? = nil) {
        guard told.insert(Place(name: name, mark: mark)).inserted else { return }
        findings.warning(name, message, at: mark, hint: hint)
    }
}
