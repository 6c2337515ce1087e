// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A profile as it is remembered across reloads: by its file and its name, wherever in the file it stands.
package struct ProfileID: Hashable, Sendable {
    package let file: String
    package let name: String

    package init(file: String, name: String) {
        self.file = file
        self.name = name
    }
}
