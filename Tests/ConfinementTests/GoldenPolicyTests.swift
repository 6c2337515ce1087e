// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import TestSupport
import Testing

@testable import Confinement

/// Whole policies, held against files that people have read. `scripts/check-apparmor` has apparmor_parser compile the same files.
struct GoldenPolicyTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let profiles: [CompiledProfile]
        var surroundings = Samples.surroundings
        var style = PolicyStyle()

        var testDescription: String { name }
    }

    private static let cases = [
        Case(
            name: "one-label",
            profiles: [Samples.profile("onionshare", labels: ["/usr/bin/onionshare"], publishes: true)]),
        // TCP for nothing: the sockets are on Unix sockets, and nothing is published.
        Case(
            name: "own-socket-without-network",
            profiles: [
                Samples.profile(
                    "feather", labels: ["feather"], executables: ["/usr/bin/feather"], sockets: ["feather", "wallets"])
            ],
            surroundings: Samples.surroundings { $0.socks = .unix(Samples.path("/run/tor/socks")) }
        ),
        Case(
            name: "several-odd-paths",
            profiles: [
                Samples.profile("browser", labels: ["/opt/Tor Browser/bin/fire[fox]", "/srv/x{1,2}*", "browser"]),
                Samples.profile("wallet", labels: ["browser"], sockets: ["wallet"], publishes: true),
            ],
            surroundings: Samples.surroundings {
                $0.control = [.unix(Samples.path("/run/filter one/control")), .tcp("127.0.0.1:951")]
                $0.controlCookie = Samples.path("/run/filter one/cookie")
                $0.torControl = [Samples.path("/run/tor/control"), Samples.path("/srv/tor?/control")]
                $0.torCookie = Samples.path("/srv/tor?/cookie")
                $0.torData = Samples.path("/srv/tor?/data")
            },
            style: PolicyStyle(abi: .five, complains: true, isDesktop: true)
        ),
        Case(name: "a-unit", profiles: [Samples.profile("lnd", units: ["lnd.service"])]),
    ]

    @Test("The policy is the one that was read", arguments: cases)
    func golden(of sample: Case) throws {
        let programs = ConfinedPrograms([sample.profiles])
        #expect(programs.diagnostics.isEmpty)
        let policies = programs.programs.map { AppArmorPolicy(of: $0, in: sample.surroundings, style: sample.style) }
        let text = AppArmorPolicy.text(of: policies, style: sample.style)
        let golden = GoldenFile("\(sample.name).policy")
        #expect(try golden.text(expecting: text) == text, "\(golden.path)")
    }

    @Test("The order in which profiles are given changes nothing", arguments: cases)
    func order(of sample: Case) {
        func names(_ profiles: [CompiledProfile]) -> [String] {
            ConfinedPrograms([profiles]).programs.map { $0.name.text }
        }
        #expect(names(sample.profiles) == names(sample.profiles.reversed()))
    }

    @Test("Every line is a comment, a rule, an include or a brace, and no comment is an include", arguments: cases)
    func lines(of sample: Case) {
        let policies = ConfinedPrograms([sample.profiles]).programs.map {
            AppArmorPolicy(of: $0, in: sample.surroundings, style: sample.style)
        }
        for policy in policies {
            #expect(policy.text.hasPrefix(AppArmorPolicy.mark))
            for line in policy.text.split(separator: "\n") {
                let line = line.drop { $0 == " " }
                #expect(
                    line.hasPrefix("# ") || line.hasSuffix(",") || line.hasPrefix("include ") || line.hasSuffix("{")
                        || line == "}",
                    "\(line)")
            }
        }
    }
}
