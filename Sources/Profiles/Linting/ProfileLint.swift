// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// Looks through one profile for what is written correctly and yet lets too much through, or does nothing.
///
/// Each profile is looked at by itself, as it would decide for a client that no other profile is for. What a finding says of a
/// command was tried on the compiled profile: `explain` says the same.
struct ProfileLint {
    private(set) var findings: Findings
    let profile: LintedProfile
    /// A finding of one name is told once at each place: with YAML's aliases one rule may belong to several profiles.
    private(set) var told: Set<Place>

    struct Place: Hashable {
        let name: FindingName
        let mark: Mark
    }

    /// Looks through the profiles of one file.
    static func check(_ profiles: [LintedProfile], _ findings: inout Findings) {
        var told: Set<Place> = []
        for profile in profiles {
            // A copy of all findings so far is not wanted for each of a thousand profiles.
            var lint = ProfileLint(findings: findings.continued, profile: profile, told: told)
            told = []
            lint.check()
            findings.append(lint.findings)
            told = lint.told
        }
    }

    private init(findings: Findings, profile: LintedProfile, told: Set<Place>) {
        self.findings = findings
        self.profile = profile
        self.told = told
    }

    private mutating func check() {
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
        checkPlaces()
        checkTargetPorts()
        checkEvents()
        checkOrder()
        checkSlips()
        if profile.effort.isExhausted {
            findings.note(
                "too many rules begin with a wildcard to try each on all others: not all of them were looked through",
                at: profile.written.mark)
        }
    }

    mutating func tell(_ name: FindingName, _ message: String, at mark: Mark, hint: String) {
        guard told.insert(Place(name: name, mark: mark)).inserted else { return }
        findings.warning(name, message, at: mark, hint: hint)
    }
}
