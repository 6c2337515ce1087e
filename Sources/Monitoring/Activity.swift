// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit
import Policies
package import Sessions

/// What has happened since the daemon's start, in numbers that only ever grow but for those of open sessions.
///
/// Each session and each command is counted once, under all the profiles that are for its client, as the trail names them: so the
/// numbers add up. Numbers of profiles that are gone stay, or the sums would fall.
package struct Activity: Hashable, Sendable {
    /// Sets of profiles that are told apart; clients of further ones are counted together.
    package static let mostPolicies = 512
    /// What stands for the profiles of those.
    package static let others = "(others)"
    /// Characters of the names of a set that are told apart.
    static let namesLimit = 1000

    package private(set) var policies: [PolicyActivity] = []
    package var ends: [SessionEnd: UInt64] = [:]
    package var rejections: [Rejection: UInt64] = [:]
    /// Commands that were refused since their client had not authenticated; they are among those of ``policies``, too.
    package var unauthenticatedCommands: UInt64 = 0
    /// Limits that neither a rejection nor an end of a session tells.
    package var otherLimits: [ReachedLimit: UInt64] = [:]
    private var places: [String: Int] = [:]

    package init() {}

    /// Where a client of these profiles is counted.
    package mutating func place(of profiles: [String]) -> Int { place(of: profiles.joined(separator: ",")) }

    mutating func place(of names: String) -> Int {
        let profiles = String(names.unicodeScalars.prefix(Self.namesLimit))
        if let place = places[profiles] { return place }
        guard policies.count < Self.mostPolicies || profiles == Self.others else { return place(of: Self.others) }
        places[profiles] = policies.count
        policies.append(PolicyActivity(profiles: profiles))
        return policies.count - 1
    }

    // MARK: What happened

    package mutating func sessionBegan(at place: Int) {
        policies[place].sessions += 1
        policies[place].openSessions += 1
    }

    package mutating func sessionEnded(_ reason: CloseReason, at place: Int) {
        policies[place].openSessions -= 1
        ends[SessionEnd(reason), default: 0] += 1
    }

    package mutating func rejected(_ rejection: Rejection) { rejections[rejection, default: 0] += 1 }

    package mutating func reached(_ limit: ReachedLimit, times: UInt64 = 1) { otherLimits[limit, default: 0] += times }

    /// - Parameters:
    ///   - record: what the trail has of it.
    ///   - times: how often it was.
    package mutating func observed(_ observation: Observation, _ record: AuditRecord, at place: Int, times: UInt64 = 1)
    {
        switch (observation, record.event) {
        case (.command(let observed), .command(let command)):
            policies[place].commands.add(command.decision, isComplaint: command.isComplaint, times)
            switch observed.reason {
            case .beforeAuthentication, .authenticationFailed: unauthenticatedCommands += times
            case .tooManyServices, .service(.tooMany, _): reached(.profileOnions, times: times)
            case .tooManyDetached: reached(.detachedServices, times: times)
            default: break
            }
        case (.replyFiltered, _): policies[place].filteredReplies += times
        case (.eventDropped(_, let drop), _): policies[place].droppedEvents[EventLoss(drop), default: 0] += times
        default: break
        }
    }

    // MARK: What it comes to

    package var openSessions: UInt64 { sum(\.openSessions) }
    package var sessions: UInt64 { sum(\.sessions) }
    package var complaints: UInt64 { sum(\.complaints) }
    package var commands: DecisionCounts { policies.reduce(into: DecisionCounts()) { $0.add($1.commands) } }

    private func sum(_ number: (PolicyActivity) -> UInt64) -> UInt64 { policies.reduce(0) { $0.adding(number($1)) } }

    package func count(of limit: ReachedLimit) -> UInt64 {
        let otherwise = otherLimits[limit, default: 0]
        return switch limit {
        case .sessions: otherwise + rejections[.sessions, default: 0]
        case .clientSessions: otherwise + rejections[.clientSessions, default: 0]
        case .lookups: otherwise + rejections[.lookups, default: 0]
        case .profileSessions: otherwise + rejections[.profileSessions, default: 0]
        case .handshake: otherwise + ends[.handshakeTimeout, default: 0]
        case .line: otherwise + ends[.lineTooLong, default: 0]
        case .records: otherwise + ends[.tooManyRecords, default: 0]
        case .unread: otherwise + ends[.clientTooSlow, default: 0]
        case .profileOnions, .profileCommands, .detachedServices: otherwise
        }
    }

    /// Takes the numbers of a daemon's answer.
    mutating func take(_ activity: PolicyActivity) {
        let place = place(of: activity.profiles)
        policies[place] = activity
    }
}
