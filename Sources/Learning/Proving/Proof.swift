// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Sessions

/// All sessions of an application, played on a file of profiles: what of it is refused, and which of its rules decided.
struct Proof {
    /// Commands that were refused, by their index, with the reason.
    private(set) var refused: [Int: String] = [:]
    /// Rules that allowed something.
    private(set) var used: Set<RuleOrigin> = []
    /// Kinds of clients that no profile of the file is for.
    private(set) var strangers = 0
    /// Services that a session deleted and had not made.
    private(set) var foreignServices = Tally()
    private(set) var playedCount = 0

    /// Commands that stand for those of earlier sessions, which are not in the trail.
    private struct FirstExamples {
        let service: Command?
        let credential: Command?

        init(_ examples: [Command?]) {
            service = examples.lazy.compactMap(\.self).first { $0.keyword == .addOnion }
            credential = examples.lazy.compactMap(\.self).first { $0.keyword == .onionClientAuthAdd }
        }
    }

    private struct Played: Hashable {
        let client: Int
        let commands: [Int]
    }

    /// - Parameters:
    ///   - examples: the commands by their index, as they can be sent again; nil for those that are not played.
    ///   - socket: by which the clients have to come.
    init(
        _ application: ObservedApplication,
        examples: [Command?],
        on profiles: [CompiledProfile],
        by socket: String?
    ) {
        let policies = PolicySet(files: [PolicySet.File(name: "", profiles: profiles)])
        var policyOf: [Int: (policy: Policy, client: Client)] = [:]
        for (number, client) in application.clients.enumerated() {
            let client = client.client(by: socket)
            let policy = policies.policy(for: client)
            if policy.isEmpty { strangers += 1 }
            policyOf[number] = (policy, client)
        }
        let first = FirstExamples(examples)
        var played: Set<Played> = []
        for transcript in application.transcripts {
            guard let (policy, client) = policyOf[transcript.client],
                played.insert(Played(client: transcript.client, commands: transcript.commands)).inserted
            else { continue }
            play(transcript.commands, examples, first, policy, client)
        }
    }

    /// Calls the commands by other numbers.
    mutating func renumber(_ numbers: [Int: Int]) {
        refused = Dictionary(
            uniqueKeysWithValues: refused.compactMap { index, why in numbers[index].map { ($0, why) } })
    }

    private mutating func play(
        _ commands: [Int],
        _ examples: [Command?],
        _ first: FirstExamples,
        _ policy: Policy,
        _ client: Client
    ) {
        let credential =
            commands.lazy.compactMap { examples[$0] }.first { $0.keyword == .onionClientAuthAdd } ?? first.credential
        let deleted = commands.compactMap { examples[$0]?.deletedService }
        var replay = Replay(policy, client: client, deleted: deleted)
        for index in commands {
            guard let example = examples[index] else { continue }
            // What an earlier session has left: detached services, keys to others' services.
            if let id = example.deletedService, !replay.has(id), let service = first.service {
                foreignServices.add(1, at: Timestamp(microseconds: 0))
                replay = Self.replacing(replay, policy, client, service, id)
            }
            if let id = example.removedCredential, !replay.hasCredential(for: id), let credential {
                let words = [Substring(id.description)] + credential.arguments.words.dropFirst()
                let adding = Command(keyword: .onionClientAuthAdd, arguments: words.joined(separator: " "))
                if let adding { _ = replay.send(adding) }
            }
            playedCount += 1
            guard let observed = replay.send(example) else {
                refused[index] = refused[index] ?? "the session has ended: \(replay.end ?? "")"
                replay = Replay(policy, client: client)
                continue
            }
            if case .filter = observed.outcome {
                refused[index] = refused[index] ?? observed.reason.text
            } else if let origin = observed.reason.rule {
                used.insert(origin)
            }
        }
    }

    /// A session in which the service was made.
    private static func replacing(
        _ replay: Replay,
        _ policy: Policy,
        _ client: Client,
        _ service: Command,
        _ id: ServiceID
    ) -> Replay {
        var fresh = Replay(policy, client: client, deleted: [id])
        _ = fresh.send(service)
        return fresh.has(id) ? fresh : replay
    }
}

extension Command {
    fileprivate var deletedService: ServiceID? { keyword == .delOnion ? ServiceID(arguments) : nil }

    fileprivate var removedCredential: ServiceID? {
        keyword == .onionClientAuthRemove ? arguments.words.first.flatMap { ServiceID($0) } : nil
    }
}
