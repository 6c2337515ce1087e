// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Policies
import Testing

@Suite("The label that a program is to be started under")
struct ExecLabelTests {
    @Test(
        "Only the very policy that was asked for, loaded and confining, is taken",
        arguments: [
            ("/usr/bin/thing (enforce)\n", "enforce"), ("/usr/bin/thing (complain)", "complain"),
            ("/usr/bin/thing (kill)\n", "kill"),
        ])
    func confirmed(context: String, mode: String) throws {
        let label = try SecurityLabels.confirmed(Array(context.utf8), as: "/usr/bin/thing")
        #expect(label.mode == mode)
    }

    @Test(
        "Anything else is none of ours: another name, a policy that the kernel made up, an unconfined one, nothing",
        arguments: [
            ("/usr/bin/thing2 (enforce)", SecurityLabels.ExecFailure.notConfirmed),
            ("shell//null-/usr/bin/thing (complain)", .notConfirmed),
            ("unconfined", .notConfirmed),
            ("/usr/bin/thing (unconfined)", .confinesNothing),
            ("", .notConfirmed),
        ])
    func refused(context: String, failure: SecurityLabels.ExecFailure) {
        #expect(throws: failure) { try SecurityLabels.confirmed(Array(context.utf8), as: "/usr/bin/thing") }
    }

    @Test("Where there is no AppArmor nothing is entered")
    func absent() {
        #expect(throws: SecurityLabels.ExecFailure.noAppArmor) {
            try SecurityLabels(isEnabled: false).changeOnExec(to: "/usr/bin/thing")
        }
    }
}
