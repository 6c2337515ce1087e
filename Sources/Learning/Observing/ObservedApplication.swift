// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit

/// What the trail tells of one application: who its clients were, what they sent, and in which order.
package struct ObservedApplication: Sendable {
    /// A command as the trail tells it, secrets taken out.
    package struct Seen: Hashable, Sendable {
        /// The keyword, with `+` before it if a data block followed, or `?`.
        package let name: String
        package let arguments: String?
        /// Whether the arguments could not be read, and are not there.
        package let isUnread: Bool
    }

    package struct ObservedCommand: Sendable {
        package let seen: Seen
        package internal(set) var tally: Tally
        /// Sessions that sent it; counted no further than ``Lessons/mostSteps`` lets one know.
        package internal(set) var sessions = 0
    }

    /// The commands of one session in their order, as indices.
    struct Transcript: Sendable {
        var client: Int
        var commands: [Int] = []
    }

    package let identity: ApplicationIdentity
    /// Its clients, each kind once: without process numbers and ports.
    package internal(set) var clients: [AuditedClient] = []
    package internal(set) var commands: [ObservedCommand] = []
    package internal(set) var tally = Tally()
    package internal(set) var sessionCount = 0
    /// Commands that were different from all others when there was no more room for different ones.
    package internal(set) var overlooked = Tally()
    var transcripts: [Transcript] = []
    var indices: [Seen: Int] = [:]

    init(identity: ApplicationIdentity) { self.identity = identity }
}
