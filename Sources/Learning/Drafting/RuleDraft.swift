// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A line of a profile that a command needs: what stands there, and where.
struct RuleDraft: Hashable, Sendable {
    enum Section: Hashable, Sendable {
        /// A pattern under a command's name.
        case command(String)
        case option
        case event
        /// What `onions` says as a whole.
        case onions
        /// One entry of its `targets`, a port or a path.
        case target
    }

    let section: Section
    /// The pattern, the name of an option or event, or a target.
    let text: String
    var isOwn = false
    /// What of it was put in place of what was seen.
    var kinds: [WordPattern.Kind] = []

    static let onions = RuleDraft(section: .onions, text: "")
}

/// What was made of a line after it was looked at.
enum RuleState: Hashable, Sendable {
    case granted
    /// An event that is acknowledged and never comes.
    case suppressed(why: String)
    /// A question, or an order, that is answered without tor.
    case answered(why: String)
    case leftOut(why: String)
}
