// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

/// The client of a listener with a cookie of its own shows that it knows it. A mistake ends the session, before and after it was
/// let in: there is nothing to be gained from trying, and a client that is let in twice and fails once is not sure of itself.
extension SessionStateMachine {
    /// Answers AUTHCHALLENGE.
    mutating func challenge(_ command: Command) {
        do throws(CookieExchange.Refusal) {
            guard let reply = try cookie?.challenge(command.arguments) else { return }
            observe(.command(CommandObservation(subject: .command(command), outcome: .answer, reason: .answeredHere)))
            answer(reply.encoded)
        } catch {
            refuseSecret(.command(command), error.reply)
        }
    }

    /// Whether AUTHENTICATE shows what it must; if not, it has been refused.
    mutating func isAuthenticated(by command: Command) -> Bool {
        do throws(CookieExchange.Refusal) {
            try cookie?.authenticate(command.arguments)
            return true
        } catch {
            refuseSecret(.command(command), error.reply)
            return false
        }
    }

    mutating func refuseSecret(_ subject: CommandObservation.Subject, _ reply: CannedReply) {
        observe(.command(CommandObservation(subject: subject, outcome: .filter, reason: .authenticationFailed)))
        answer(reply.encoded)
        end(.authenticationFailed)
    }
}
