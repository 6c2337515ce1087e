// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import NIOCore
import Patterns
import Policies
import Profiles
import Sessions

extension BenchmarkInside {
    static func framing() -> [Measurement] {
        let command = ByteBuffer(string: "GETINFO version\r\n")
        let reply = ByteBuffer(string: "250-version=0.4.9.11\r\n250 OK\r\n")
        let event = ByteBuffer(string: Self.uploaded + "\r\n")
        var commands = CommandFramer()
        var replies = ReplyFramer()
        return [
            Measurement("framing: a command") {
                commands.append(command)
                keep(commands.next())
            },
            Measurement("framing: a reply of two lines") {
                replies.append(reply)
                while let line = try? replies.next() { keep(line) }
            },
            Measurement("framing: an event") {
                replies.append(event)
                while let line = try? replies.next() { keep(line) }
            },
        ]
    }

    static func decisions(_ subject: Subject) -> [Measurement] {
        [
            ("a GETINFO that is allowed", "GETINFO version"),
            ("a GETINFO that is filtered", "GETINFO address"),
            ("a GETCONF that is allowed", "GETCONF SocksPort"),
            ("an ADD_ONION that is rewritten", Self.service),
            ("a SIGNAL that is filtered", "SIGNAL SHUTDOWN"),
        ].map { what, line in
            let command = Subject.command(line)
            return Measurement("decision: \(what)") { keep(subject.policy.decide(command, facts: subject.facts)) }
        }
    }

    static func replyRewriting(_ subject: Subject) -> [Measurement] {
        guard let name = EventName("HS_DESC"), case .deliver(let rewriting?, _) = subject.policy.decide(name) else {
            preconditionFailure("the profile has no rules for HS_DESC")
        }
        let rewritten = ByteBuffer(string: Self.uploaded)
        let untouched = ByteBuffer(string: "650 HS_DESC SOMETHING ELSE")
        return [
            Measurement("rewriting: the last of eight rules matches") {
                keep(rewriting.apply(to: rewritten, facts: subject.facts))
            },
            Measurement("rewriting: none of eight rules matches") {
                keep(rewriting.apply(to: untouched, facts: subject.facts))
            },
        ]
    }

    static func records(_ subject: Subject) -> [Measurement] {
        let audited = AuditedSession(number: 1, client: AuditedClient(Subject.client), profiles: ["benchmark"])
        let command = Subject.command("GETINFO version")
        let observation = Observation.command(
            CommandObservation(
                subject: .command(command),
                outcome: .forward(command),
                reason: subject.policy.decide(command, facts: subject.facts).reason
            )
        )
        let record = AuditRecord(audited, observation, cookieFile: "/run/tor/control.authcookie")
        let time = Timestamp(microseconds: 1_800_000_000_000_000)
        var buffer = ByteBuffer()
        var folding = AuditFolding()
        // The account is used up, so that equal ones are counted from here on.
        while folding.admit(record, at: .zero) != .count {}
        return [
            Measurement("record: made of a command") {
                keep(AuditRecord(audited, observation, cookieFile: "/run/tor/control.authcookie"))
            },
            Measurement("record: written as a line of JSON") {
                buffer.clear()
                JSONLine.write(record, at: time, to: &buffer)
            },
            Measurement("record: counted with its equals") { keep(folding.admit(record, at: .zero)) },
        ]
    }

    static func sessions(_ plain: Subject, _ rewriting: Subject) throws(Unmeasurable) -> [Measurement] {
        let version = ByteBuffer(string: "250-version=0.4.9.11\r\n250 OK\r\n")
        let events = ByteBuffer(string: String(repeating: Self.uploaded + "\r\n", count: 128))
        return [
            try exchange("a GETINFO and its reply", plain, "GETINFO version", 1, version),
            try exchange("of 16 GETINFO at once, each", plain, "GETINFO version", 16, version),
            try exchange("a filtered command", plain, "GETINFO address", 1, nil),
            try exchange("a rewritten ADD_ONION", plain, Self.service, 1, ByteBuffer(string: Self.published)),
            try flood("of 128 events, each", plain, events),
            try flood("of 128 events under eight rules, each", rewriting, events),
            try beginning(plain),
        ]
    }

    private static func exchange(
        _ what: String,
        _ subject: Subject,
        _ line: String,
        _ count: Int,
        _ reply: ByteBuffer?
    ) throws(Unmeasurable) -> Measurement {
        let session = try JoinedSession(subject)
        let said = ByteBuffer(string: String(repeating: line + "\r\n", count: count))
        let answered = reply.map { ByteBuffer(repeating: $0, count: count) }
        func once() {
            session.clientSays(said)
            if let answered { session.torSays(answered) }
        }
        let before = session.bytesForClient
        once()
        guard session.bytesForClient > before, !session.machine.isClosed, !session.machine.awaitsReply else {
            throw Unmeasurable("\(line) is not answered")
        }
        return Measurement("session: \(what)", units: count, repetitions: 200) { once() }
    }

    private static func flood(
        _ what: String,
        _ subject: Subject,
        _ events: ByteBuffer
    ) throws(Unmeasurable) -> Measurement {
        let session = try JoinedSession(subject)
        session.say("SETEVENTS HS_DESC\r\n")
        session.torSays("250 OK\r\n")
        let before = session.bytesForClient
        session.torSays(events)
        guard session.bytesForClient > before, !session.machine.isClosed else {
            throw Unmeasurable("events do not pass")
        }
        return Measurement("session: \(what)", units: 128, repetitions: 50) { session.torSays(events) }
    }

    private static func beginning(_ subject: Subject) throws(Unmeasurable) -> Measurement {
        _ = try JoinedSession(subject)
        return Measurement("session: its beginning, until tor has let it in") { keep(try? JoinedSession(subject)) }
    }

    static func loading() throws(Unmeasurable) -> [Measurement] {
        let sources = try ProfileDirectory.sources(in: "profiles.d")
        let one = try ProfileDirectory.source("Benchmarks/Profiles/rewriting.yml", name: "rewriting.yml")
        return [
            Measurement("loading: a profile", repetitions: 20) { keep(ProfileLoader().load([one])) },
            Measurement("loading: profiles.d", repetitions: 3, isHeld: false) { keep(ProfileLoader().load(sources)) },
        ]
    }

    private static let service = "ADD_ONION NEW:ED25519-V3 Port=80,17600"
    private static let published =
        "250-ServiceID=\(String(repeating: "a", count: 56))\r\n250-PrivateKey=ED25519-V3:"
        + "\(String(repeating: "A", count: 86))==\r\n250 OK\r\n"
    private static let uploaded =
        "650 HS_DESC UPLOADED \(String(repeating: "a", count: 56)) UNKNOWN $\(String(repeating: "0", count: 40))~relay"
}

extension ByteBuffer {
    /// The same bytes so many times.
    fileprivate init(repeating bytes: ByteBuffer, count: Int) {
        self.init()
        for _ in 0..<count { writeImmutableBuffer(bytes) }
    }
}
