// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies
import TorLink

/// A command of the client's at tor, and what is to be done with its reply. It stays as it is, so that one that is asked again has the
/// same; how far the reply has come is known for the one that comes next alone (``ReplyProgress``).
package final class AwaitedReply: Sendable {
    /// As it was decided upon.
    package let command: Command
    package let plan: ReplyPlan
    /// What the command changes in what is the session's own.
    package let effect: OwnershipEffect?
    /// Whether tor may hold something because of the command that ends with tor.
    package let changesTor: Bool
    /// The events that the session has once a SETEVENTS is accepted.
    package let subscription: [EventName]?
    /// Whether every line goes to the client as it came, and says nothing that is taken note of.
    let passesUnseen: Bool

    package convenience init(command: Command, plan: ReplyPlan, effect: OwnershipEffect? = nil) {
        let events = command.keyword == .setEvents ? SetEvents(arguments: command.arguments)?.events : nil
        self.init(command, plan, effect, subscription: events)
    }

    init(_ command: Command, _ plan: ReplyPlan, _ effect: OwnershipEffect?, subscription: [EventName]?) {
        self.command = command
        self.plan = plan
        self.effect = effect
        self.subscription = subscription
        changesTor = command.changesTor
        passesUnseen = plan.changesNothing && effect == nil && !changesTor
    }
}
