// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// What was found in one file, in the order in which it was found.
struct Findings {
    let path: String
    let source: [UInt8]
    /// Whether a key that is not known is an error.
    let isStrict: Bool
    private(set) var diagnostics: [Diagnostic] = []

    init(path: String, source: [UInt8], isStrict: Bool) {
        self.path = path
        self.source = source
        self.isStrict = isStrict
    }

    var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

    mutating func error(_ message: String, at mark: Mark, hint: String? = nil) {
        diagnostics.append(Diagnostic(file: path, mark: mark, severity: .error, message: message, hint: hint))
    }

    mutating func warning(_ name: FindingName, _ message: String, at mark: Mark, hint: String) {
        add(.warning, name, message, at: mark, hint: hint)
    }

    mutating func note(_ message: String, at mark: Mark) {
        diagnostics.append(Diagnostic(file: path, mark: mark, severity: .note, message: message))
    }

    /// Of the same file, with nothing found yet.
    var continued: Findings { Findings(path: path, source: source, isStrict: isStrict) }

    mutating func append(_ more: Findings) { diagnostics += more.diagnostics }

    mutating func add(
        _ severity: Diagnostic.Severity,
        _ name: FindingName,
        _ message: String,
        at mark: Mark,
        hint: String
    ) {
        diagnostics.append(
            Diagnostic(file: path, mark: mark, severity: severity, name: name, message: message, hint: hint))
    }
}
