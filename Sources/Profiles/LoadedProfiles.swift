// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies

/// What a set of files comes to.
package struct LoadedProfiles: Sendable {
    /// One file, and what became of it.
    package struct File: Sendable {
        package enum Status: Hashable, Sendable {
            case used
            /// It has no profile in it.
            case empty
            /// It has mistakes and is left out.
            case broken
            /// It has mistakes; what it said before it had them is still used.
            case kept
            /// A file of the same name in a later directory takes its place.
            case replaced(by: String)
            /// It is a link to `/dev/null`.
            case mask
        }

        package let path: String
        package let name: String
        package let status: Status
        /// The profiles that are used.
        package let profiles: [CompiledProfile]
        /// The tests of these profiles, where the file is used as it stands.
        package let tests: [ProfileTests]
    }

    package let policySet: PolicySet
    /// In the order in which they were given.
    package let files: [File]
    /// Of all files, in the order of the files' names, and by place within a file.
    package let diagnostics: [Diagnostic]
    /// Warnings that a comment of their file allows.
    package let allowed: [AllowedFinding]
    /// The bytes of the files by path, as excerpts need them.
    package let sources: [String: [UInt8]]

    /// The same without what is of use only where it is shown or played: as much as the files have bytes, and more.
    package var forUse: LoadedProfiles {
        LoadedProfiles(
            policySet: policySet,
            files: files.map {
                File(path: $0.path, name: $0.name, status: $0.status, profiles: $0.profiles, tests: [])
            },
            diagnostics: [],
            allowed: [],
            sources: [:]
        )
    }

    package var profileCount: Int { policySet.count }

    /// What must be looked up about a local client.
    package var neededFacts: ClientFacts {
        policySet.selectors.reduce(into: policySet.followsLocalStreams ? .label : []) {
            $0.formUnion(ClientFacts(neededFor: $1))
        }
    }

    package func count(of severity: Diagnostic.Severity) -> Int {
        diagnostics.count { $0.severity == severity }
    }
}
