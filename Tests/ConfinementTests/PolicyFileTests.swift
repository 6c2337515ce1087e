// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

@testable import Confinement

@Suite struct PolicyFileTests {
    private static func policy(_ label: String) throws -> AppArmorPolicy {
        let program = try #require(ConfinedPrograms([[Samples.profile("thing", labels: [label])]]).programs.first)
        return AppArmorPolicy(of: program, in: Samples.surroundings, style: PolicyStyle())
    }

    @Test(arguments: [("/usr/bin/a/b", "/usr/bin/a.b"), ("/opt/a b", "/opt/a_b"), ("opt.z", "/opt/z")])
    func `a file is replaced by its own policy only`(first: String, second: String) throws {
        let (one, two) = (try Self.policy(first), try Self.policy(second))
        #expect(one.fileName == two.fileName)
        #expect(AppArmorPolicy.names(in: one.text) == [first])
        #expect(one.refusal(toReplace: one.text) == nil)
        #expect(one.refusal(toReplace: two.text)?.contains("`\(second)`") == true)
        #expect(two.refusal(toReplace: one.text)?.contains("`\(first)`") == true)
    }
}
