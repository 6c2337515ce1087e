// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

struct AllowanceTests {
    private func profile(_ comment: String) -> SourceFile {
        source(
            "- hosts: [10.0.0.7]\n  commands:\n    GETINFO: ['address']  \(comment)\n  events: {STREAM: {own: true}}\n")
    }

    private static let finding =
        "3: [dangerous-permission] `GETINFO address` gets through: it tells the machine's public address, which tor is there to "
        + "hide; so do `GETINFO address/v4`"

    @Test("A comment on its line allows a finding, with the reason that it gives")
    func allowed() throws {
        let loaded = lint(profile("# sieve: allow dangerous-permission (it shows the address)"))
        #expect(loaded.findings.isEmpty)
        let allowed = try #require(loaded.allowed.first)
        #expect(loaded.allowed.count == 1)
        #expect(allowed.diagnostic.name == .dangerousPermission)
        #expect(allowed.reason == "it shows the address")
    }

    @Test(
        "A comment allows what it names, and nothing else",
        arguments: [
            (
                "# sieve: allow without-own, dangerous-permission (two)",
                ["3: [unused-allow] there is no finding `without-own` on this line"], 1
            ),
            ("# sieve: allow dangerous-permission", [], 1),
            ("# sieve: allow without-own", ["3: [dangerous-permission]", "3: [unused-allow]"], 0),
            (
                "# sieve: allow dangerous-permision",
                ["3: [dangerous-permission]", "3: [unknown-finding] no finding is called `dangerous-permision`"], 0
            ),
            // Whether there is one depends on what else is looked at.
            ("# sieve: allow dangerous-permission, contradiction", [], 1),
            ("#sieve: allow dangerous-permission", ["3: [dangerous-permission]"], 0),
            ("# sieve allow dangerous-permission", ["3: [dangerous-permission]"], 0),
            // Blanks part names as commas do, and none is passed over.
            (
                "# sieve: allow dangerous-permission without-own",
                ["3: [unused-allow] there is no finding `without-own`"], 1
            ),
            ("# sieve: allow without-own (why), dangerous-permission", ["3: [unused-allow]"], 1),
            ("# sieve: allow without-own # sieve: allow dangerous-permission", ["3: [unused-allow]"], 1),
            (
                "# sieve: allow dangerous-permission since it is a map",
                ["3: [unknown-finding] no finding is called `since`"], 1
            ),
            ("# sieve: allow", ["3: [dangerous-permission]", "3: [unknown-finding] the comment names no finding"], 0),
        ]
    )
    func names(_ comment: String, _ findings: [String], allowed: Int) {
        let loaded = lint(profile(comment))
        #expect(loaded.findings.count == findings.count, "\(loaded.findings)")
        for (found, expected) in zip(loaded.findings, findings) { #expect(found.hasPrefix(expected), "\(found)") }
        #expect(loaded.allowed.count == allowed)
    }

    @Test("A comment on another line allows nothing")
    func otherLine() {
        let text =
            "# sieve: allow dangerous-permission\n- hosts: [10.0.0.7]\n  commands:\n    GETINFO: ['config-text']\n"
        #expect(
            lint(source(text)).findings.map { $0.prefix(26) } == [
                "1: [unused-allow] there is", "4: [dangerous-permission] ",
            ])
    }

    @Test(
        "The words in a text are no comment",
        arguments: [
            "GETINFO: ['address', 'x # sieve: allow dangerous-permission']",
            "GETINFO: ['x # sieve: allow dangerous-permission', address]",
            "GETINFO: ['address', 'it''s # sieve: allow dangerous-permission']",
            #"GETINFO: ["address", "x\" # sieve: allow dangerous-permission"]"#,
        ]
    )
    func quoted(_ line: String) {
        let loaded = lint(source("- hosts: [10.0.0.7]\n  commands:\n    \(line)\n"))
        #expect(loaded.findings.map { $0.prefix(25) } == ["3: [dangerous-permission]"])
        #expect(loaded.allowed.isEmpty)
    }

    @Test("What stands in a block of text is no comment, and what stands behind its sign is")
    func blocks() {
        let text = """
            - hosts: [10.0.0.7]
              commands:
                GETINFO:
                  - |- # sieve: allow shadowed
                    x # sieve: allow without-own
                  - >-
                    # sieve: allow without-own
                  # sieve: allow interpreter
                  - 'address'  # sieve: allow dangerous-permission
            """
        #expect(
            lint(source(text)).findings.map { $0.prefix(48) } == [
                "4: [unused-allow] there is no finding `shadowed`", "8: [unused-allow] there is no finding `interpret",
            ])
    }

    @Test("A mistake cannot be allowed")
    func mistakes() {
        let text = "- hosts: [10.0.0.7]\n  commands:\n    GETINFO: ['(']  # sieve: allow dangerous-permission\n"
        let loaded = lint(source(text))
        #expect(loaded.count(of: .error) == 1)
        #expect(loaded.allowed.isEmpty)
    }

    @Test("What is found in reading alone is allowed in the same way, where nothing is looked for besides")
    func withoutLint() {
        let text = "- hosts: [10.0.0.7]\n  events: {NONSENSE: }  # sieve: allow unknown-event (of a newer tor)\n"
        #expect(load(text).diagnostics.isEmpty)
        #expect(load(text).allowed.count == 1)
    }
}
