// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import YAML

/// Something an administrator should know about a file of profiles, and where in it.
package struct Diagnostic: Hashable, Sendable {
    package enum Severity: String, Hashable, Sendable, CaseIterable {
        /// The file is left out.
        case error
        /// The file is used, but not as its author may think.
        case warning
        case note
    }

    package var file: String
    /// Nil where the file as a whole is meant: it cannot be opened, or its mode is wrong.
    package var mark: Mark?
    package var severity: Severity
    /// What it is called; nil for a mistake, of which there is nothing to allow.
    package var name: FindingName?
    /// What is wrong, in lower case and without a full stop.
    package var message: String
    /// What to do about it, if that can be said.
    package var hint: String?

    /// Characters that do not show, or that a terminal would act on, are written as escapes: messages repeat what files say.
    package init(
        file: String,
        mark: Mark? = nil,
        severity: Severity,
        name: FindingName? = nil,
        message: String,
        hint: String? = nil
    ) {
        self.name = name
        self.file = file
        self.mark = mark
        self.severity = severity
        self.message = VisibleText.escaped(message)
        self.hint = hint.map(VisibleText.escaped)
    }
}

extension Diagnostic {
    /// Counted from 1.
    package var line: Int? { mark?.line }

    /// In characters, counted from 1.
    package var column: Int? { mark?.column }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: what`, on one line.
    package var description: String {
        let place = mark.map { ":\($0)" } ?? ""
        return "\(VisibleText.escaped(file))\(place): \(severity.rawValue): \(message)"
    }
}
