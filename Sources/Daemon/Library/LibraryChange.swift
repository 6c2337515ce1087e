// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
package import Profiles

/// What `enable` or `disable` was asked for, and what came of it.
package struct LibraryChange: Sendable {
    /// Names of profiles whose links were made or removed, each with the link.
    package internal(set) var done: [(name: String, path: String, target: String)] = []
    /// Names for which there was nothing to do, with the reason.
    package internal(set) var unchanged: [(name: String, reason: String)] = []
    /// If one is an error, nothing was changed.
    package internal(set) var diagnostics: [Diagnostic] = []
    /// The bytes of files by path, as excerpts need them.
    package internal(set) var sources: [String: [UInt8]] = [:]

    package var isRefused: Bool { diagnostics.contains { $0.severity == .error } }

    mutating func refuse(_ subject: String, _ message: String, hint: String? = nil) {
        diagnostics.append(Diagnostic(file: subject, severity: .error, message: message, hint: hint))
    }

    /// - Parameter number: what the system gave as the reason (errno(3)).
    mutating func refuse(_ path: String, cannot what: String, _ number: Int32) {
        let hint: String? =
            switch number {
            case EACCES, EPERM: "run this as root"
            case EROFS: "the file system is read-only"
            default: nil
            }
        refuse(path, "cannot \(what): \(SystemText.describe(number))", hint: hint)
    }

    /// The names that can be names of profiles, each once; those that cannot are refused.
    mutating func names(_ texts: [String]) -> [ProfileFileName] {
        var names: [ProfileFileName] = []
        for text in texts {
            do throws(ProfileFileName.Refusal) {
                let name = try ProfileFileName(parsing: text)
                if !names.contains(name) { names.append(name) }
            } catch {
                refuse(text, "is no name of a profile: \(error.reason)")
            }
        }
        return names
    }
}
