// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// A file of profiles, as it was found.
package struct SourceFile: Hashable, Sendable {
    /// Bytes that are read of a file at most.
    package static let sizeLimit = YAMLLimits.inputSize

    package enum Content: Hashable, Sendable {
        case bytes([UInt8])
        /// A link to `/dev/null`: files of this name in earlier directories do not count, and there is nothing in their place.
        case mask
        /// It could not be read, or must not be trusted. It still keeps files of this name in earlier directories out.
        case unusable
    }

    package var path: String
    /// The last part of the path: what decides which file replaces which, and their order.
    package var name: String
    package var content: Content
    /// What was found about the file before anything was read in it.
    package var findings: [Diagnostic]

    package init(path: String, name: String, content: Content, findings: [Diagnostic] = []) {
        self.path = path
        self.name = name
        self.content = content
        self.findings = findings
    }

    package var bytes: [UInt8]? {
        if case .bytes(let bytes) = content { bytes } else { nil }
    }
}
