// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How policies are written.
package struct PolicyStyle: Hashable, Sendable {
    /// The rules of AppArmor that a policy is written to (apparmor.d(5), "Feature ABI").
    package enum ABI: String, Hashable, Sendable, CaseIterable {
        /// What Debian 12 and later understand.
        case three = "3.0"
        /// AppArmor 5. From Linux 6.17 on it also decides who connects to a socket by its path.
        case five = "5.0"
    }

    package var abi: ABI
    /// Whether what is not allowed is let through and logged.
    package var complains: Bool
    /// Whether the programs have windows.
    package var isDesktop: Bool

    package init(abi: ABI = .three, complains: Bool = false, isDesktop: Bool = false) {
        self.abi = abi
        self.complains = complains
        self.isDesktop = isDesktop
    }
}
