// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// Finds what is written correctly and yet does nothing.
struct ProfileLint {
    var findings: Findings

    init(findings: Findings) { self.findings = findings }

    mutating func check(_ profile: Profile) {
        let selector = profile.selector
        guard selector.hosts == nil, !selector.canMatchLocal, !findings.hasErrors else { return }
        findings.warning(
            "no client is ever matched by the profile `\(profile.name)`",
            at: profile.mark,
            hint:
                "a local client is matched by `users` together with `apparmor-profiles` or `units`, a remote one by `hosts`"
        )
    }
}
