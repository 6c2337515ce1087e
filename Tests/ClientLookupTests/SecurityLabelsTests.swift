// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Policies
import Testing

@Suite struct SecurityLabelsTests {
    @Test(
        arguments: [
            ("/usr/bin/foo (enforce)", "/usr/bin/foo", "enforce"),
            ("/usr/bin/foo (enforce)\n", "/usr/bin/foo", "enforce"),
            ("unconfined", "unconfined", nil),
            ("unconfined\n", "unconfined", nil),
            ("firefox (unconfined)", "firefox", "unconfined"),
            ("a//&b (enforce)", "a//&b", "enforce"),
            ("a//&:ns:b (mixed)", "a//&:ns:b", "mixed"),
            (":ns:foo (complain)", ":ns:foo", "complain"),
            ("foo//null-/usr/bin/x (complain)", "foo//null-/usr/bin/x", "complain"),
            ("two words (kill)", "two words", "kill"),
            ("a (enforce) (complain)", "a (enforce)", "complain"),
            ("(a) (enforce)", "(a)", "enforce"),
            ("unconfined (enforce)", "unconfined", "enforce"),
        ] as [(String, String, String?)])
    func `a label and its mode are told apart`(context: String, name: String, mode: String?) {
        #expect(SecurityLabels.split(Array(context.utf8)) == Client.SecurityLabel(name: name, mode: mode))
    }

    @Test(arguments: [
        "", "\n", "/usr/bin/foo", "/usr/bin/foo(enforce)", "/usr/bin/foo (enforce", "(enforce)", " (enforce)",
    ])
    func `what the kernel does not write is no label`(context: String) {
        #expect(SecurityLabels.split(Array(context.utf8)) == nil)
    }

    @Test func `bytes that are no text are no label`() {
        #expect(SecurityLabels.split([0x2F, 0xFF] + Array(" (enforce)".utf8)) == nil)
    }
}
