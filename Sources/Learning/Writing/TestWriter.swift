// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles
import Sessions

/// Writes the `tests` of a suggested profile: a command for each rule, and what it must refuse, as the profile itself decides.
struct TestWriter {
    private let policy: Policy
    private let client: Client
    /// A command that makes a service, and one that adds a key, for tests of what takes them away again.
    private let service: Command?
    private let credential: Command?

    /// What a test is there to show: that a rule allows a command, of which `onions` allows several.
    private struct Purpose: Hashable {
        let command: String
        let rule: RuleDraft
    }

    static let mostAllowed = 1000
    static let mostRefused = 32
    static let mostOfOneRule = 3

    /// - Parameter client: one that the profile is for.
    init(_ profiles: [CompiledProfile], client: Client, draft: ProfileDraft) {
        policy = PolicySet(files: [PolicySet.File(name: "", profiles: profiles)]).policy(for: client)
        self.client = client
        let granted = draft.wishes.filter { draft.refusal(of: $0) == nil }.compactMap(\.example)
        service = granted.first { $0.keyword == .addOnion }
        credential = granted.first { $0.keyword == .onionClientAuthAdd }
    }

    func tests(of draft: ProfileDraft) -> [WrittenTest] {
        var tests: [WrittenTest] = []
        var written: Set<WrittenTest> = []
        var counts: [Purpose: Int] = [:]
        for wish in draft.wishes where draft.refusal(of: wish) == nil {
            guard let example = wish.example.map({ Self.neutral(Self.part(of: $0, wish.rules)) }),
                written.count < Self.mostAllowed
            else { continue }
            let purposes = wish.rules.map { Purpose(command: example.ruleName, rule: $0) }
            guard purposes.contains(where: { counts[$0, default: 0] < Self.mostOfOneRule }),
                let test = test(of: example), written.insert(test).inserted
            else { continue }
            for purpose in purposes { counts[purpose, default: 0] += 1 }
            tests.append(test)
        }
        let refused = draft.wishes.filter { draft.refusal(of: $0) != nil }.compactMap { wish -> Command? in
            wish.example.flatMap { $0.arguments.contains(PublishedService.secret) ? nil : Self.neutral($0) }
        }
        var isFirst = true
        for command in refused.prefix(Self.mostRefused) {
            guard let test = test(of: command, isRefused: true), written.insert(test).inserted else { continue }
            if isFirst { tests.append(WrittenTest(lines: ["# What it must not do."])) }
            isFirst = false
            tests.append(test)
        }
        return tests
    }

    /// Of a subscription the events that this profile lists: tests are about it alone, and others may stand in one beside it.
    private static func part(of command: Command, _ rules: [RuleDraft]) -> Command {
        guard command.keyword == .setEvents, let asked = SetEvents(arguments: command.arguments),
            asked.events.count > rules.count
        else { return command }
        return Command(keyword: .setEvents, arguments: rules.map(\.text).joined(separator: " ")) ?? command
    }

    /// The same about services and relays that are nobody's: tests are published, and what was seen is somebody's.
    private static func neutral(_ command: Command) -> Command {
        // Keys in it are made up, targets are the program's.
        guard command.keyword != .addOnion else { return command }
        let words = command.arguments.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.hasPrefix("x25519:") ? String(word) : WordPattern(String(word)).neutral
        }
        return Command(keyword: command.keyword, arguments: words.joined(separator: " "), body: command.body) ?? command
    }

    private func test(of command: Command, isRefused: Bool = false) -> WrittenTest? {
        let send = "send: \(YAMLText.quoted(command.line))"
        guard !isRefused else {
            var replay = Replay(policy, client: client)
            guard let observed = replay.send(command), case .filter = observed.outcome else { return nil }
            return WrittenTest(lines: ["- {\(send), expect: filter}"])
        }
        var replay: Replay
        var before: [String] = []
        switch command.keyword {
        case .closeStream, .closeCircuit:
            // Whose a stream is, a test can say of local clients only.
            return nil
        case .delOnion:
            guard let service, let id = ServiceID(command.arguments) else { return nil }
            replay = Replay(policy, client: client, deleted: [id])
            _ = replay.send(service)
            before = [
                "    - send: \(YAMLText.quoted(service.line))", "      reply: ['250-ServiceID=\(id)', '250 OK']",
            ]
        case .onionClientAuthRemove:
            guard let credential, let id = command.arguments.words.first else { return nil }
            let words = [id] + credential.arguments.words.dropFirst()
            guard let adding = Command(keyword: .onionClientAuthAdd, arguments: words.joined(separator: " ")) else {
                return nil
            }
            replay = Replay(policy, client: client)
            _ = replay.send(adding)
            before = ["    - send: \(YAMLText.quoted(adding.line))"]
        default:
            replay = Replay(policy, client: client)
        }
        guard let observed = replay.send(command) else { return nil }
        let outcome: String
        switch observed.outcome {
        case .filter: return nil
        case .answer: outcome = "expect: answer"
        case .forward(let sent):
            outcome = sent == command ? "expect: forward" : "forwards: \(YAMLText.quoted(sent.line))"
        }
        guard before.isEmpty else { return WrittenTest(lines: ["- before:"] + before + ["  \(send)", "  \(outcome)"]) }
        return WrittenTest(
            lines: send.utf8.count + outcome.utf8.count > 100
                ? ["- \(send)", "  \(outcome)"] : ["- {\(send), \(outcome)}"])
    }
}
