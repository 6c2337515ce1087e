// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys of `onions`.
enum OnionsKey: String, Vocabulary {
    case keys
    case ports
    case targets
    case flags
    case addedFlags = "add-flags"
    case parameters
    case max

    static let subject = "`onions`"

    /// Without these nothing could be published.
    static let required: [OnionsKey] = [.keys, .ports, .targets]
}
