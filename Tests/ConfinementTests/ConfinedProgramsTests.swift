// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing
import YAML

@testable import Confinement

/// Which programs profiles are for.
struct ConfinedProgramsTests {
    struct Refused: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let profile: CompiledProfile
        let message: String

        init(_ description: String, _ profile: CompiledProfile, _ message: String) {
            testDescription = description
            self.profile = profile
            self.message = message
        }
    }

    private static let refused = [
        Refused("hosts only", Samples.profile("a", users: nil, hosts: [.any]), "other hosts only"),
        Refused("nobody at all", Samples.profile("a", labels: ["a"], users: nil), "matches no program"),
        Refused("every label", Samples.profile("a", labels: ["*"]), "every program"),
        Refused("every unit", Samples.profile("a", units: ["*"]), "every program"),
        Refused("a stack", Samples.profile("a", labels: ["a//&b"]), "stack of labels"),
        Refused("a label with a blank", Samples.profile("a", labels: ["my app"]), "it has a blank"),
        Refused("a variable", Samples.profile("a", labels: ["/usr/bin/@{HOME}"]), "variable"),
        Refused("a line break", Samples.profile("a", labels: ["/a\n}\nprofile b {\n file,\n}"]), "does not show"),
        Refused(
            "an interpreter", Samples.profile("a", executables: ["/usr/bin/python3.11"], units: ["a.service"]),
            "many programs"),
        // The kernel attaches a policy that is called by a path to it, unless another attachment is given.
        Refused("the label of an interpreter", Samples.profile("a", labels: ["/usr/bin/python3.11"]), "every program"),
        Refused(
            "the label of an interpreter, with executables",
            Samples.profile("a", labels: ["/bin/sh"], executables: ["/usr/bin/a"]), "every program"),
        Refused(
            "a relative executable", Samples.profile("a", executables: ["thing"], units: ["a.service"]), "many programs"
        ),
        Refused(
            "a profile's name that is none of a policy", Samples.profile("a b", units: ["a.service"]), "name `a b`"),
    ]

    @Test("What is for no one program is refused, with the place of the profile", arguments: refused)
    func refusal(of sample: Refused) {
        let found = ConfinedPrograms([[sample.profile]])
        #expect(found.programs.isEmpty)
        #expect(found.diagnostics.map(\.severity) == [.error])
        #expect(found.diagnostics.first?.message.contains(sample.message) == true, "\(found.diagnostics)")
        #expect(found.diagnostics.first?.mark == Mark(line: 1, column: 3))
    }

    @Test("One bad label spoils the good ones beside it")
    func oneBadLabel() {
        let found = ConfinedPrograms([[Samples.profile("a", labels: ["/usr/bin/a", "a//b"])]])
        #expect(found.diagnostics.map(\.severity) == [.error])
    }

    @Test("In a file with a program, profiles for other hosts are only noted; in a file of their own they are refused")
    func hostsBesideAProgram() {
        let program = Samples.profile("a", labels: ["/usr/bin/a"])
        let hosts = Samples.profile("b", users: nil, hosts: [.any])
        #expect(ConfinedPrograms([[program, hosts]]).diagnostics.map(\.severity) == [.note])
        #expect(ConfinedPrograms([[program], [hosts]]).diagnostics.map(\.severity) == [.error])
    }

    @Test("Profiles with one label make one policy that lets in at all their sockets")
    func merging() throws {
        let found = ConfinedPrograms([
            [Samples.profile("a", labels: ["thing"], sockets: ["one"])],
            [Samples.profile("b", labels: ["thing"], sockets: ["two"], publishes: true)],
            [Samples.profile("c", labels: ["thing"])],
        ])
        let program = try #require(found.programs.first)
        #expect(found.programs.count == 1)
        #expect(program.sockets == ["one", "two"])
        #expect(program.usesGeneralSocket)
        #expect(program.publishes)
    }

    @Test("The general socket is not for a program with a socket of its own")
    func ownSocketOnly() throws {
        let found = ConfinedPrograms([[Samples.profile("a", labels: ["thing"], sockets: ["one"])]])
        let policy = AppArmorPolicy(
            of: try #require(found.programs.first), in: Samples.surroundings, style: PolicyStyle())
        #expect(policy.text.contains("@{run}/onion-sieve/apps/one/control rw,"))
        #expect(!policy.text.contains("@{run}/onion-sieve/control"))
    }

    @Test("A path is attached to its program, a name to the executables of its profile, nothing to an interpreter")
    func attachments() {
        func attached(_ profiles: CompiledProfile...) -> [String: [String]] {
            Dictionary(
                ConfinedPrograms([profiles]).programs.map { ($0.name.text, $0.attachments.map(\.path)) },
                uniquingKeysWith: { first, _ in first })
        }
        #expect(attached(Samples.profile("a", labels: ["/usr/bin/a"])) == ["/usr/bin/a": ["/usr/bin/a"]])
        #expect(attached(Samples.profile("a", labels: ["a"])) == ["a": []])
        #expect(attached(Samples.profile("a", labels: ["a"], executables: ["/usr/bin/a"])) == ["a": ["/usr/bin/a"]])
        #expect(attached(Samples.profile("a", labels: ["a"], executables: ["/usr/bin/python3.11"])) == ["a": []])
        #expect(attached(Samples.profile("a", labels: ["a", "b"], executables: ["/usr/bin/a"])) == ["a": [], "b": []])
        // Two policies for one executable would be none.
        #expect(
            attached(
                Samples.profile("a", labels: ["a"], executables: ["/usr/bin/a"]),
                Samples.profile("b", labels: ["/usr/bin/a"]))
                == ["a": [], "/usr/bin/a": ["/usr/bin/a"]])
    }

    @Test(
        "A program whose services listen at Unix sockets needs no TCP for them, and may make these sockets",
        arguments: [
            (["unix:/run/a/web", "unix:/run/a/b"], false), (["8080"], true), (["127.0.0.1:8080"], true),
            (["unix:/run/a/web", "8080"], true), ([], false),
        ])
    func services(targets: [String], usesTCP: Bool) throws {
        let found = ConfinedPrograms([[Samples.profile("a", labels: ["a"], sockets: ["a"], targets: targets)]])
        let text = AppArmorPolicy(
            of: try #require(found.programs.first),
            in: Samples.surroundings { $0.socks = .unix(Samples.path("/run/tor/socks")) }, style: PolicyStyle()
        ).text
        #expect(text.contains("  network inet stream,\n") == usesTCP)
        for path in targets where path.hasPrefix("unix:/run/a/") {
            #expect(text.contains("  @{run}/a/\(path.dropFirst(12)) rw,\n"))
        }
    }

    @Test("Two policies for one file are refused")
    func oneFileForTwo() {
        let found = ConfinedPrograms([[Samples.profile("a", labels: ["/opt/a b", "/opt/a_b"])]])
        #expect(found.diagnostics.contains { $0.message.contains("two policies") && $0.severity == .error })
    }

    @Test(
        "What a program needs cannot be kept from it",
        arguments: [
            "/run/tor/control", "/run/tor/control.authcookie", "/var/lib/tor/control", "/var/lib/tor",
            "/var/run/tor/control", "/etc/tor/control", "/var/lib/tor-instances/a/control",
        ])
    func contradiction(path: String) {
        #expect(Samples.surroundings.contradiction == nil)
        #expect(Samples.surroundings { $0.control = [.unix(Samples.path(path))] }.contradiction == path)
        #expect(Samples.surroundings { $0.socks = .unix(Samples.path(path)) }.contradiction == path)
        #expect(Samples.surroundings { $0.controlCookie = Samples.path(path) }.contradiction == path)
        #expect(Samples.surroundings { $0.runtimeDirectory = Samples.path(path) }.contradiction == path)
    }
}
