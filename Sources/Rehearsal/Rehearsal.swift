// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
package import Profiles

/// The tests of one file, played: each in a session of its own, under the profiles of this file that are for its client.
package struct Rehearsal: Sendable {
    /// Tests that were played.
    package let testCount: Int
    /// One error for each test that was not as it says, in their order.
    package let failures: [Diagnostic]

    package init(of file: LoadedProfiles.File) {
        let policies = PolicySet(files: [PolicySet.File(name: file.name, profiles: file.profiles)])
        // Sessions are values: one for each client is begun, and each test has a copy.
        var sessions: [Client: RehearsedSession] = [:]
        var failures: [Diagnostic] = []
        for profile in file.tests {
            let example = profile.selector.exampleClient
            for test in profile.tests {
                guard let client = test.client?.description.client ?? example else {
                    failures.append(Self.homeless(test, profile, in: file))
                    continue
                }
                let session =
                    sessions[client] ?? RehearsedSession(policy: policies.policy(for: client), client: client)
                sessions[client] = session
                var trial = Trial(test, in: session)
                do throws(Trial.Failure) {
                    try trial.run()
                } catch {
                    failures.append(
                        Diagnostic(
                            file: file.path,
                            mark: error.mark,
                            severity: .error,
                            name: .failedTest,
                            message: error.message,
                            hint: profile.selector.matches(client)
                                ? nil : "the profile `\(profile.profile)` is not for the client of this test"
                        )
                    )
                }
            }
        }
        self.failures = failures
        testCount = file.tests.reduce(0) { $0 + $1.tests.count }
    }

    private static func homeless(_ test: TestEntry, _ profile: ProfileTests, in file: LoadedProfiles.File) -> Diagnostic
    {
        Diagnostic(
            file: file.path,
            mark: test.mark,
            severity: .error,
            name: .failedTest,
            message:
                "\(Trial.subject(of: test)) failed: the qualifiers of the profile `\(profile.profile)` match no client that could send it",
            hint: "mend the qualifiers, or say with `client` who sends it"
        )
    }
}

extension TestClient {
    var description: ClientDescription {
        var description = ClientDescription()
        description.host = host.flatMap { IPAddress($0.text) }
        description.user = user?.text
        description.groups = group.map { [$0.text] } ?? []
        description.label = label?.text
        description.executable = executable?.text
        description.unit = unit?.text
        description.socket = socket?.text
        return description
    }
}
