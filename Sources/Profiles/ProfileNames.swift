// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// The names that profiles give themselves, which an audit record must tell apart.
struct ProfileNames {
    private var places: [String: String] = [:]

    mutating func repeated(_ names: [ProfileFile.WrittenName], in path: String) -> [Diagnostic] {
        names.compactMap { written in
            guard let first = places[written.name] else {
                places[written.name] = "\(path):\(written.mark)"
                return nil
            }
            return Diagnostic(
                file: path,
                mark: written.mark,
                severity: .warning,
                name: .repeated,
                message: "the name `\(written.name)` is taken by the profile at \(first)",
                hint: "give it a name of its own, so that the log can tell them apart"
            )
        }
    }
}
