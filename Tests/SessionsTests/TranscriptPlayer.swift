// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Sessions
import TestSupport

/// Plays a transcript on the session's state machine.
struct TranscriptPlayer {
    /// All that came of it, for comparison between ways in which the bytes may arrive.
    struct Outcome: Hashable {
        var client: [UInt8] = []
        var tor: [UInt8] = []
        var audit: [String] = []
        var closed: String?
    }

    private let transcript: Transcript
    private var stage: Stage
    private var outcome = Outcome()
    private var auditTaken = 0

    static func play(
        _ transcript: Transcript,
        under policies: PolicySet,
        cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>]
    ) throws -> Outcome {
        var player = try TranscriptPlayer(transcript, policies, cut: cut)
        for step in transcript.steps {
            do {
                try player.play(step.action)
            } catch let error as TranscriptError {
                throw TranscriptError(description: "\(transcript.name):\(step.line): \(error)")
            }
        }
        try player.end()
        return player.outcome
    }

    private init(_ transcript: Transcript, _ policies: PolicySet, cut: @escaping ([UInt8]) -> [ArraySlice<UInt8>])
        throws
    {
        self.transcript = transcript
        let client = try Client(described: transcript.client)
        let policy = policies.policy(for: client)
        stage = Stage(
            policy: policy,
            client: client,
            tor: transcript.tor,
            listeners: transcript.listeners,
            sources: transcript.sources,
            credential: try transcript.credential.map { try CredentialAtTor.State(described: $0) } ?? .unknown,
            isComplaining: transcript.complaint == .forUser
                || transcript.complaint == .forProfiles && !policy.isEmpty,
            cookie: transcript.cookie.map(Stage.cookie),
            cut: cut
        )
    }

    static func policySet(of transcript: Transcript) throws -> PolicySet {
        let sources = transcript.profiles.enumerated().map { index, text in
            SourceFile(path: "\(index + 1)0.yml", name: "\(index + 1)0.yml", content: .bytes(Array(text.utf8)))
        }
        let loaded = ProfileLoader().load(sources)
        guard let error = loaded.diagnostics.first(where: { $0.severity == .error }) else { return loaded.policySet }
        throw TranscriptError(description: "\(transcript.name): \(error.file): \(error.message)")
    }

    private mutating func play(_ action: Transcript.Action) throws {
        switch action {
        case .clientSends(let bytes): stage.clientSends(bytes)
        case .torSends(let bytes): stage.torSends(bytes)
        case .clientGets(let bytes):
            try Self.take(bytes, from: &stage.toClient, "the client")
            outcome.client += bytes
        case .torGets(let bytes):
            try Self.take(bytes, from: &stage.toTor, "tor")
            outcome.tor += bytes
        case .happens(.nothingMore): try expectNothingMore()
        case .happens(.torHearsNothing): try expectTorHearsNothing()
        case .happens(let happening): stage.happens(happening)
        case .fires(let name):
            guard let timer = stage.timers.first(where: { "\($0)".prefix { $0 != "(" } == name })
            else {
                throw TranscriptError(description: "the timer \(name) does not run")
            }
            stage.fire(timer)
        case .closed(let reason):
            guard stage.closed?.text == reason else {
                throw TranscriptError(
                    description: "expected the close: \(reason); found \(stage.closed?.text ?? "an open session")"
                )
            }
            outcome.closed = reason
        case .audit(let text):
            takeAudit()
            guard outcome.audit.contains(where: { $0.hasPrefix(text) }) else {
                throw TranscriptError(description: "not in the audit trail: \(text); found \(outcome.audit)")
            }
        }
    }

    private mutating func end() throws {
        takeAudit()
        do {
            try expectNothingMore()
            guard outcome.closed == stage.closed?.text else {
                throw TranscriptError(description: "closed: \(stage.closed?.text ?? "")")
            }
            guard stage.actionsAfterClose == 0 else {
                throw TranscriptError(description: "\(stage.actionsAfterClose) actions after the close")
            }
        } catch let error as TranscriptError {
            throw TranscriptError(description: "\(transcript.name): at the end: \(error)")
        }
    }

    private mutating func takeAudit() {
        outcome.audit += stage.observations.dropFirst(auditTaken).map {
            let line = AuditRecord(
                AuditedSession(number: 1, client: nil), $0, cookieFile: "/run/tor/control.authcookie"
            ).line
            return String(line.dropFirst("session 1: ".count))
        }
        auditTaken = stage.observations.count
    }

    private func expectNothingMore() throws {
        guard stage.toClient.isEmpty else {
            throw TranscriptError(description: "the client got more: \(visible(stage.toClient.prefix(500)))")
        }
        try expectTorHearsNothing()
    }

    private func expectTorHearsNothing() throws {
        guard stage.toTor.isEmpty else {
            throw TranscriptError(description: "tor got more: \(visible(stage.toTor.prefix(500)))")
        }
    }

    private static func take(_ expected: [UInt8], from found: inout [UInt8], _ side: String) throws {
        guard found.starts(with: expected) else {
            throw TranscriptError(
                description: "\(side): expected \(visible(expected.prefix(500))), found \(visible(found.prefix(500)))"
            )
        }
        found.removeFirst(expected.count)
    }
}

extension CredentialAtTor.State {
    /// `none`, `claimed`, `unknown`, or a key in Base64.
    fileprivate init(described text: String) throws {
        switch text {
        case "none": self = .none
        case "claimed": self = .claimed
        case "unknown": self = .unknown
        default:
            guard let key = Base64.decode(text) else { throw TranscriptError(description: "no key: \(text)") }
            self = .key(Secret(key))
        }
    }
}
