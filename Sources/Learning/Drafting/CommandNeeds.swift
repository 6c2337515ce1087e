// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies

/// What a profile must say for one command of the trail to be allowed, or why there is nothing that it could say.
enum CommandNeeds: Sendable {
    case rules([RuleDraft], example: Command, service: PublishedService?)
    case nothing(why: String)

    /// What else the application does, as far as the meaning of a command depends on it.
    struct Surroundings {
        /// Addresses that it connects from.
        var addresses: Set<IPAddress> = []
        var publishes = false
        /// Whether `onions` of this very profile say so, and not another that it stands beside.
        var saysWhatItPublishes = false
        var detaches = false
        var addsCredentials = false
    }

    init(_ seen: ObservedApplication.Seen, _ surroundings: Surroundings) {
        do throws(Refusal) {
            self = try Self.read(seen, surroundings)
        } catch {
            self = .nothing(why: error.why)
        }
    }

    private struct Refusal: Error {
        let why: String
    }

    private static let secret = PublishedService.secret
    /// What stands in a record in place of a word that is none of tor's.
    private static let hidden = "?"

    private static func read(
        _ seen: ObservedApplication.Seen,
        _ surroundings: Surroundings
    ) throws(Refusal) -> CommandNeeds {
        guard !seen.isUnread, seen.name != "?" else {
            throw Refusal(why: "it could not be read, so that the trail does not say what it was")
        }
        let arguments = seen.arguments ?? ""
        guard arguments.utf8.count <= RedactedCommand.lengthLimit else {
            throw Refusal(why: "the trail has only its first \(RedactedCommand.lengthLimit) bytes")
        }
        guard !arguments.split(whereSeparator: { " /=,".contains($0) }).contains(hidden[...]) else {
            throw Refusal(why: "it has a word that no trail shows, since it may have been a secret")
        }
        let hasBlock = seen.name.hasPrefix("+")
        guard let keyword = Keyword(hasBlock ? seen.name.dropFirst() : seen.name[...]),
            Keyword.known.contains(keyword)
        else { throw Refusal(why: "tor has no such command") }
        guard let command = Command(keyword: keyword, arguments: arguments, body: hasBlock ? DataBlock() : nil),
            !QuotedString.hidesControlCharacters(arguments)
        else { throw Refusal(why: "no such line is let through") }
        if hasBlock { return try whole(command) }
        switch keyword {
        case .addOnion: return try service(command, surroundings)
        case .delOnion: return try removal(command, surroundings)
        case .setEvents: return try events(command)
        case .getConf: return try options(command)
        case .getInfo: return try keys(command, surroundings)
        case .onionClientAuthAdd: return try credential(command)
        case .onionClientAuthRemove where !surroundings.addsCredentials:
            throw Refusal(why: "it removes a key that the application has not added")
        case .closeCircuit, .closeStream: return try closing(command)
        case .onionClientAuthRemove, .onionClientAuthView, .hsFetch: return try whole(command, isOwn: true)
        default: return try whole(command)
        }
    }

    // MARK: Services

    private static func service(_ command: Command, _ surroundings: Surroundings) throws(Refusal) -> CommandNeeds {
        let service: PublishedService
        do {
            service = try PublishedService(command.arguments, addresses: surroundings.addresses)
        } catch {
            throw Refusal(why: error.why)
        }
        guard let example = Command(keyword: .addOnion, arguments: service.example) else {
            throw Refusal(why: "no such line is let through")
        }
        return .rules([.onions], example: example, service: service)
    }

    private static func removal(_ command: Command, _ surroundings: Surroundings) throws(Refusal) -> CommandNeeds {
        guard surroundings.publishes else {
            throw Refusal(why: "it removes a service, and the application has published none")
        }
        guard ServiceID(command.arguments) != nil else { throw Refusal(why: "it names no service") }
        guard surroundings.detaches || !surroundings.saysWhatItPublishes else {
            return .rules([.onions], example: command, service: nil)
        }
        let rule = RuleDraft(
            section: .command("DEL_ONION"), text: WordPattern(command.arguments.asciiLowercased).pattern, isOwn: true,
            kinds: [.service])
        return .rules([rule], example: command, service: nil)
    }

    private static func credential(_ command: Command) throws(Refusal) -> CommandNeeds {
        let words = command.arguments.words
        guard words.count >= 2, words[1] == secret, !words.dropFirst(2).contains(where: { $0.contains(secret) }) else {
            throw Refusal(why: "a secret stands where its pattern cannot be told")
        }
        let key = "x25519:" + String(repeating: "A", count: 43) + "="
        let rest = words.dropFirst(2)
        guard
            let example = Command(
                keyword: command.keyword, arguments: ([words[0], key[...]] + rest).joined(separator: " "))
        else { throw Refusal(why: "no such line is let through") }
        let service = WordPattern(String(words[0]))
        let pattern =
            ([service.pattern, "x25519:[A-Za-z0-9+/]{43}="] + rest.map { WordPattern.escaped($0) })
            .joined(separator: " ")
        let rule = RuleDraft(
            section: .command(command.ruleName), text: pattern, isOwn: true, kinds: service.kinds + [.clientKey])
        return .rules([rule], example: example, service: nil)
    }

    // MARK: Lists

    private static func events(_ command: Command) throws(Refusal) -> CommandNeeds {
        guard let asked = SetEvents(arguments: command.arguments), asked.events.allSatisfy(EventName.known.contains)
        else { throw Refusal(why: "it names an event that tor does not have") }
        let rules = asked.events.map { event in
            RuleDraft(section: .event, text: event.name, isOwn: OwnershipCheck.events.contains(event))
        }
        return .rules(rules, example: command, service: nil)
    }

    private static func options(_ command: Command) throws(Refusal) -> CommandNeeds {
        guard let query = GetConf(arguments: command.arguments), query.options.allSatisfy(\.isKnown) else {
            throw Refusal(why: "it names an option that tor does not have, or not by that name")
        }
        guard !query.options.isEmpty else { return try whole(command) }
        return .rules(
            query.options.map { RuleDraft(section: .option, text: $0.name) }, example: command, service: nil)
    }

    private static func keys(_ command: Command, _ surroundings: Surroundings) throws(Refusal) -> CommandNeeds {
        let keys = GetInfo(arguments: command.arguments).keys
        guard !keys.isEmpty else { return try whole(command) }
        guard !command.arguments.contains(secret) else {
            throw Refusal(why: "a secret stands where its pattern cannot be told")
        }
        let rules = keys.map { key in
            guard key != "onions/current" || !surroundings.saysWhatItPublishes else { return RuleDraft.onions }
            let general = WordPattern(key)
            return RuleDraft(
                section: .command(command.ruleName), text: general.pattern, isOwn: OwnershipCut(key: key) != nil,
                kinds: general.kinds)
        }
        return .rules(rules, example: command, service: nil)
    }

    // MARK: One pattern for the whole

    private static func whole(_ command: Command, isOwn: Bool = false) throws(Refusal) -> CommandNeeds {
        guard !command.arguments.contains(secret) else {
            throw Refusal(why: "a secret stands where its pattern cannot be told")
        }
        let (pattern, kinds) = withRelays(command.arguments)
        let rule = RuleDraft(section: .command(command.ruleName), text: pattern, isOwn: isOwn, kinds: kinds)
        return .rules([rule], example: command, service: nil)
    }

    /// `SERVER=` may stand there for several relays, and how many there are is another each time.
    private static func withRelays(_ arguments: String) -> (pattern: String, kinds: [WordPattern.Kind]) {
        let relay = "SERVER="
        guard !arguments.contains("  "), arguments.words.contains(where: { $0.hasPrefix(relay) }) else {
            let general = WordPattern(arguments)
            return (general.pattern, general.kinds)
        }
        var pieces: [String] = []
        var kinds: [WordPattern.Kind] = []
        var runs: Set<String> = []
        for word in arguments.words {
            let general = WordPattern(String(word))
            for kind in general.kinds where !kinds.contains(kind) { kinds.append(kind) }
            let isFirst = pieces.isEmpty
            guard word.hasPrefix(relay), general.kinds == [.fingerprint] else {
                pieces.append((isFirst ? "" : " ") + general.pattern)
                continue
            }
            guard runs.insert(general.pattern).inserted else { continue }
            if !kinds.contains(.several) { kinds.append(.several) }
            let more = "(?: \(general.pattern))"
            pieces.append(isFirst ? "\(general.pattern)\(more){0,15}" : "\(more){1,16}")
        }
        return (pieces.joined(), kinds)
    }

    /// Numbers of streams and circuits are others each time; reasons stay.
    private static func closing(_ command: Command) throws(Refusal) -> CommandNeeds {
        let number = command.arguments.utf8.prefix(while: \.isDecimalDigit)
        guard (1...10).contains(number.count) else { throw Refusal(why: "it names no stream or circuit") }
        // stem writes a blank where flags could stand, and records have none at the end.
        let rest = command.arguments.dropFirst(number.count).words.map { " " + WordPattern.escaped($0) }.joined()
        let pattern = "[0-9]{1,10}" + (rest.isEmpty ? " ?" : rest)
        let rule = RuleDraft(
            section: .command(command.ruleName), text: pattern, isOwn: true, kinds: [.streamOrCircuit])
        return .rules([rule], example: command, service: nil)
    }
}
