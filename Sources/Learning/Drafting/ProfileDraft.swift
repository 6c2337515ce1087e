// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol

/// The rules that an application's commands need, each once, with what became of them.
struct ProfileDraft: Sendable {
    /// A command of the trail with what it needs.
    struct Wish: Sendable {
        let seen: ObservedApplication.Seen
        let tally: Tally
        let sessions: Int
        /// The command as it can be sent again; nil if it cannot.
        var example: Command?
        var rules: [RuleDraft] = []
        var service: PublishedService?
        /// Why nothing could be written for it.
        var why: String?
    }

    /// A profile that people look through has fewer.
    static let mostRules = 1000

    private(set) var wishes: [Wish] = []
    private(set) var states: [RuleDraft: RuleState] = [:]
    /// In the order in which they were first needed.
    private(set) var order: [RuleDraft] = []
    /// Those that a command needs which is allowed.
    private var needed: Set<RuleDraft> = []
    /// Services that the profile beside it allows, and that count with its own.
    private var elsewhere: Set<ObservedApplication.Seen> = []
    /// How often each rule was needed.
    private(set) var tallies: [RuleDraft: Tally] = [:]

    /// - Parameters:
    ///   - events: those of the profile that this one stands beside: an entry behind them would take their place.
    ///   - isWanted: of the application's commands those that something is to be written for.
    init(
        _ application: ObservedApplication,
        beside events: Set<String> = [],
        where isWanted: (Int) -> Bool = { _ in true }
    ) {
        let surroundings = Self.surroundings(of: application, where: isWanted)
        for (index, command) in application.commands.enumerated() {
            guard isWanted(index) else {
                if command.seen.name == "ADD_ONION" { elsewhere.insert(command.seen) }
                continue
            }
            var wish = Wish(seen: command.seen, tally: command.tally, sessions: command.sessions)
            switch CommandNeeds(command.seen, surroundings) {
            case .nothing(let why): wish.why = why
            case .rules(let all, let example, let service):
                let rules = all.filter { $0.section != .event || !events.contains($0.text) }
                wish.example = example
                let fresh = Set(rules).filter { states[$0] == nil }
                if order.count + fresh.count > Self.mostRules {
                    wish.why = "more than \(Self.mostRules) rules would be needed"
                } else {
                    (wish.rules, wish.service) = (rules + Self.paths(of: service), service)
                    for rule in wish.rules { need(rule, command.tally) }
                }
            }
            wishes.append(wish)
        }
        refresh()
    }

    private static func paths(of service: PublishedService?) -> [RuleDraft] {
        (service?.targets ?? []).compactMap { target in
            if case .path(let path) = target { RuleDraft(section: .target, text: path) } else { nil }
        }
    }

    private mutating func need(_ rule: RuleDraft, _ tally: Tally) {
        if states[rule] == nil {
            states[rule] = .granted
            order.append(rule)
        }
        tallies[rule, default: Tally()].add(tally)
    }

    private static func surroundings(
        of application: ObservedApplication,
        where isWanted: (Int) -> Bool
    ) -> CommandNeeds.Surroundings {
        var surroundings = CommandNeeds.Surroundings()
        surroundings.addresses = Set(application.clients.compactMap { $0.address.flatMap { IPAddress($0)?.unmapped } })
        for (index, command) in application.commands.enumerated() where !command.seen.isUnread {
            switch command.seen.name {
            case "ADD_ONION":
                guard let service = try? AddOnion(parsing: command.seen.arguments ?? "") else { continue }
                surroundings.publishes = true
                if isWanted(index) { surroundings.saysWhatItPublishes = true }
                if service.isDetached { surroundings.detaches = true }
            case "ONION_CLIENT_AUTH_ADD": surroundings.addsCredentials = true
            default: continue
            }
        }
        return surroundings
    }

    // MARK: What becomes of rules

    mutating func set(_ changes: [RuleDraft: RuleState]) {
        states.merge(changes) { _, new in new }
        refresh()
    }

    /// Commands that would be refused whatever is written, with the reasons.
    mutating func leaveOut(_ reasons: [Int: String]) {
        for (index, why) in reasons { wishes[index].why = why }
        refresh()
    }

    private mutating func refresh() {
        needed = Set(wishes.filter { refusal(of: $0) == nil }.flatMap(\.rules))
    }

    /// Why a command of the trail is not allowed by what is written; nil if it is.
    func refusal(of wish: Wish) -> String? {
        if let why = wish.why { return why }
        for rule in wish.rules {
            if case .leftOut(let why)? = states[rule] { return why }
        }
        // What is answered without tor is answered alone.
        guard wish.rules.count > 1 else { return nil }
        for rule in wish.rules {
            if case .answered? = states[rule] {
                return "one of its parts is answered without tor, and can only be asked for alone"
            }
        }
        return nil
    }

    /// What `onions` has to say; nil if nothing is published.
    func onions(_ application: ObservedApplication) -> OnionsDraft? {
        guard needed.contains(.onions) else { return nil }
        let granted = wishes.filter { $0.service != nil && refusal(of: $0) == nil }
        guard !granted.isEmpty else { return nil }
        var draft = OnionsDraft()
        for wish in granted {
            guard let service = wish.service else { continue }
            draft.add(service)
        }
        let adds = Dictionary(granted.map { ($0.seen, $0.service) }) { first, _ in first }
        for transcript in application.transcripts {
            var services: [PublishedService] = []
            var (count, most) = (0, 0)
            for index in transcript.commands {
                let seen = application.commands[index].seen
                guard seen.name == "ADD_ONION" || seen.name == "DEL_ONION" else { continue }
                if let service = adds[seen] ?? nil {
                    services.append(service)
                    count += 1
                } else if elsewhere.contains(seen) {
                    count += 1
                } else if seen.name == "DEL_ONION" {
                    count = Swift.max(0, count - 1)
                }
                most = Swift.max(most, count)
            }
            draft.addSession(services, most: most)
        }
        return draft
    }

    /// Rules of a section that stand in the profile.
    func rules(in section: RuleDraft.Section) -> [RuleDraft] {
        order.filter { $0.section == section && needed.contains($0) }
    }

    /// Names of commands that have rules, in the order of the alphabet.
    var commandNames: [String] {
        Set(
            order.compactMap { rule -> String? in
                if case .command(let name) = rule.section, needed.contains(rule) { name } else { nil }
            }
        ).sorted { Self.bare($0) < Self.bare($1) }
    }

    private static func bare(_ name: String) -> String { name.hasPrefix("+") ? String(name.dropFirst()) : name }
}
