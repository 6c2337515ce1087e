// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
package import Sessions

/// The commands that were recorded last, so that one that comes again, in whichever session, is not taken apart and written out again.
///
/// Only those are kept of which every byte may be shown: there is nothing secret in here.
package struct AuditedCommands: Sendable {
    /// What makes two observations one and the same record.
    private struct Key: Hashable {
        let command: Command
        let outcome: Outcome
        let reason: Reason

        enum Outcome: Hashable {
            case forward(Command)
            case answer
            case filter
        }

        /// Nil for what is not kept: what could not be read, has a body, or is long.
        init?(_ observation: CommandObservation) {
            guard case .command(let command) = observation.subject, command.body == nil,
                command.arguments.utf8.count <= RedactedCommand.lengthLimit
            else { return nil }
            self.command = command
            outcome =
                switch observation.outcome {
                case .forward(let sent): .forward(sent)
                case .answer: .answer
                case .filter: .filter
                }
            reason = observation.reason
        }

        /// Whether the record shows all of it.
        func isShown(by audited: AuditedCommand) -> Bool {
            guard audited.asked.isWhole(command) else { return false }
            guard case .forward(let sent) = outcome, let forwarded = audited.forwarded else { return true }
            return forwarded.isWhole(sent)
        }

        /// The text tells most of them apart.
        func hash(into hasher: inout Hasher) {
            hasher.combine(command.keyword)
            hasher.combine(command.arguments)
        }
    }

    /// How many are kept: twice as many, those that were not asked for lately among them.
    static let most = 128

    private var recent: [Key: AuditedCommand] = [:]
    private var older: [Key: AuditedCommand] = [:]
    /// What was observed again, which is found by what it is and not by what it says: some of the last of them.
    private var same: [(observation: CommandObservation, audited: AuditedCommand)?] = []
    /// As many as the highest eight bits of a number tell apart.
    private static let mostSame = 256

    package init() {}

    package mutating func command(_ observation: CommandObservation) -> AuditedCommand {
        if !same.isEmpty, let known = same[Self.place(of: observation)], known.observation === observation {
            return known.audited
        }
        guard let key = Key(observation) else { return AuditedCommand(observation) }
        if let known = recent[key] {
            keep(known, as: observation)
            return known
        }
        if let known = older[key] {
            keep(known, as: key)
            return known
        }
        let audited = AuditedCommand(observation)
        if key.isShown(by: audited) { keep(audited, as: key) }
        return audited
    }

    /// Objects of one kind lie at regular distances, so that the bits of where they are have to be mixed: the highest of a product with
    /// the golden ratio depend on all of them.
    private static func place(of observation: CommandObservation) -> Int {
        let mixed = UInt64(UInt(bitPattern: ObjectIdentifier(observation))) &* 0x9E37_79B9_7F4A_7C15
        return Int(mixed >> 56)
    }

    private mutating func keep(_ audited: AuditedCommand, as observation: CommandObservation) {
        if same.isEmpty { same = Array(repeating: nil, count: Self.mostSame) }
        same[Self.place(of: observation)] = (observation, audited)
    }

    private mutating func keep(_ audited: AuditedCommand, as key: Key) {
        if recent.count >= Self.most {
            older = recent
            recent = [:]
        }
        recent[key] = audited
    }

    var count: Int { recent.count + older.count }
}
