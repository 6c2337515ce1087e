// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Why there is nothing to suggest.
package enum SuggestionFailure: Error, Hashable, Sendable {
    /// Nothing is known of the clients by which a profile could be for them.
    case nothingKnown
    /// A name in the trail is none that a profile can hold.
    case unnameable(String)
    /// Nothing of what was sent can be allowed; the comments say why.
    case nothingLeft(comments: String)
    /// What was written is not what it should be.
    case notProven(String)

    package var text: String {
        switch self {
        case .nothingKnown: "nothing is known of its clients by which a profile could be for them"
        case .unnameable(let what): "\(what) is none that a profile can name"
        case .nothingLeft: "nothing that it has sent can be allowed"
        case .notProven(let why): "the profile is not what was seen, and is not shown: \(why)"
        }
    }
}
