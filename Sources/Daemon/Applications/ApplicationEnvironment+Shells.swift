// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension ApplicationEnvironment {
    /// Who is to read the variables.
    package enum Reader: String, Hashable, Sendable, CaseIterable {
        /// sh(1) and what reads its language.
        case sh
        /// fish(1)
        case fish
        /// environment.d(5), and EnvironmentFile= of systemd.exec(5).
        case systemd
    }

    /// A value that no text for this reader can hold. The value is not repeated.
    package struct Unwritable: Error, Hashable, Sendable {
        package let variable: String
        package let reason: String
    }

    /// The text that sets the variables, and for shells takes away what would contradict them.
    package func text(for reader: Reader) throws(Unwritable) -> String {
        switch reader {
        case .sh:
            // Unsetting what is not set is no mistake.
            return "unset \(contradicting.joined(separator: " "))\n"
                + variables.map { "export \($0.name)=\(Self.quotedForSh($0.value))\n" }.joined()
        case .fish:
            return "set -e \(contradicting.joined(separator: " "))\n"
                + variables.map { "set -gx \($0.name) \(Self.quotedForFish($0.value))\n" }.joined()
        case .systemd:
            // The two read what stands in quotes alike, but environment.d(5) then expands variables in it.
            for variable in variables where variable.value.contains("$") {
                throw Unwritable(
                    variable: variable.name,
                    reason: "it has a `$`, which environment.d and EnvironmentFile= do not read alike")
            }
            guard let file else {
                let culprit = variables.first { !Self.isWritable($0.value) }
                throw Unwritable(
                    variable: culprit?.name ?? "", reason: "it has a character that is not printable ASCII")
            }
            return file
        }
    }

    /// Within apostrophes a shell gives no character a meaning but the apostrophe.
    private static func quotedForSh(_ value: String) -> String {
        isPlain(value)
            ? value
            : "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Within apostrophes fish knows two escapes, for the apostrophe and for the backslash.
    private static func quotedForFish(_ value: String) -> String {
        guard !isPlain(value) else { return value }
        return "'" + value.reduce(into: "") { $0 += "'\\".contains($1) ? "\\\($1)" : "\($1)" } + "'"
    }
}
