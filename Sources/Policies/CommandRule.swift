// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Patterns

/// One pattern under a command of a profile, with what happens on a match. It never changes.
package final class CommandRule: Sendable {
    package enum Effect: Sendable {
        /// Forward the arguments as sent.
        case allow
        /// Forward these arguments instead; they are not matched again.
        case replace(Template)
        /// Give this reply without asking tor.
        case answer(Reply)
    }

    package let origin: RuleOrigin
    package let pattern: Pattern
    package let effect: Effect
    package let response: ReplyRewriting?
    /// The command must be about what is the client's own, and its reply is cut down to that.
    package let isOwn: Bool

    package init(
        origin: RuleOrigin,
        pattern: Pattern,
        effect: Effect,
        response: ReplyRewriting? = nil,
        isOwn: Bool = false
    ) {
        self.origin = origin
        self.pattern = pattern
        self.effect = effect
        self.response = response
        self.isOwn = isOwn
    }

    /// Whether the rule can stand for one of several keys: it neither replaces nor answers.
    package var leavesCommand: Bool {
        if case .allow = effect { true } else { false }
    }
}

/// A pattern whose match filters the command, whatever else allows it.
package struct DenyRule: Sendable {
    package let origin: RuleOrigin
    package let pattern: Pattern

    package init(origin: RuleOrigin, pattern: Pattern) {
        self.origin = origin
        self.pattern = pattern
    }
}
