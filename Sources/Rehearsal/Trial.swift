// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles
import Sessions
import YAML

import struct NIOCore.ByteBuffer

/// One test, played on a session of its own.
struct Trial {
    /// What was not as the test says.
    struct Failure: Error {
        let mark: Mark
        let message: String
    }

    private let test: TestEntry
    private var session: RehearsedSession
    /// Events that the client has asked for.
    private var subscription: [EventName] = []

    /// - Parameter session: one in which nothing has happened yet.
    init(_ test: TestEntry, in session: RehearsedSession) {
        self.test = test
        self.session = session
    }

    mutating func run() throws(Failure) {
        for step in test.before { try prepare(step) }
        switch test.step.happening {
        case .command(let text, let reply): try judge(text, reply)
        case .event(let lines, let isOwn): try judge(event: lines, isOwn: isOwn)
        }
    }

    // MARK: What happens before

    /// A step that does not go through would make the test say something else than it seems to.
    private mutating func prepare(_ step: TestStep) throws(Failure) {
        switch step.happening {
        case .command(let text, let reply):
            let subject = "the step before it, \(quoted(text.text)),"
            let observed = try send(text, step.mark)
            switch observed.outcome {
            case .filter:
                throw failure("\(subject) does not go through: \(description(of: observed))", step.mark)
            case .answer:
                guard reply == nil else {
                    throw failure(
                        "\(subject) has a `reply`, and tor is not asked: \(description(of: observed))", step.mark)
                }
            case .forward:
                try answer(reply?.map(\.text) ?? ["250 OK"], subject, step.mark)
            }
        case .event(let lines, let isOwn):
            let name = try name(of: lines, step.mark)
            // What we follow on our own account needs no subscription of the client's.
            let refusal = subscribe(to: name)
            if let refusal, !session.awaitedEvents.contains(name) {
                throw failure("the client may not ask for \(name): \(refusal)", step.mark)
            }
            try deliver(lines, isOwn: isOwn, step.mark)
        }
        _ = session.takeGiven()
    }

    // MARK: Commands

    private mutating func judge(_ text: WrittenText, _ reply: [WrittenText]?) throws(Failure) {
        let observed = try send(text, test.mark)
        let got = description(of: observed)
        if let expected = test.decision, expected.rawValue != observed.decision {
            throw failure("expected \(expected.rawValue), got \(got)")
        }
        if let expected = test.forwards {
            guard case .forward(let sent) = observed.outcome, sent.line == expected.text else {
                throw failure("expected \(quoted(expected.text)) for tor, got \(got)")
            }
        }
        guard let gives = test.gives else { return }
        let isForwarded = if case .forward = observed.outcome { true } else { false }
        if let reply {
            guard isForwarded else { throw failure("it has a `reply`, and tor is not asked: got \(got)") }
            try answer(reply.map(\.text), "it", test.mark)
        } else if isForwarded {
            throw failure("expected an answer without asking tor, got \(got)")
        }
        try compare(gives)
    }

    private mutating func send(_ text: WrittenText, _ mark: Mark) throws(Failure) -> CommandObservation {
        guard let written = WrittenCommand(text.text.utf8), let observed = session.send(written.bytes) else {
            throw failure("the session has ended before \(quoted(text.text)): \(session.closed?.text ?? "")", mark)
        }
        if observed.decision != "filter", let command = written.command, command.keyword == .setEvents,
            let asked = SetEvents(arguments: command.arguments)
        {
            subscription = asked.events
        }
        return observed
    }

    private mutating func answer(_ lines: [String], _ subject: String, _ mark: Mark) throws(Failure) {
        session.torSays(lines)
        if let reason = session.closed {
            throw failure("\(subject) ends the session at tor's reply: \(reason.text)", mark)
        }
        guard !session.awaitsReply else {
            throw failure("\(subject) leaves the client waiting: tor's reply has no end line", mark)
        }
    }

    // MARK: Events

    private mutating func judge(event lines: [WrittenText], isOwn: Bool) throws(Failure) {
        let name = try name(of: lines, test.mark)
        if let refusal = subscribe(to: name) {
            throw failure("the client may not ask for \(name): \(refusal)")
        }
        _ = session.takeGiven()
        try deliver(lines, isOwn: isOwn, test.mark)
        try compare(test.gives ?? [])
    }

    /// Has the client ask for the event beside those that it has asked for.
    ///
    /// - Returns: why it may not.
    private mutating func subscribe(to name: EventName) -> String? {
        guard !subscription.contains(name) else { return nil }
        let wanted = SetEvents(events: subscription + [name])
        guard let command = Command(keyword: .setEvents, arguments: wanted.encoded) else { return "" }
        guard let observed = session.send(command) else { return session.closed?.text ?? "" }
        guard case .forward = observed.outcome else { return description(of: observed) }
        subscription = wanted.events
        session.torSays(["250 OK"])
        return nil
    }

    private mutating func deliver(_ lines: [WrittenText], isOwn: Bool, _ mark: Mark) throws(Failure) {
        let hasAsked = session.torSays(lines.map(\.text), isOwnStream: isOwn)
        if let reason = session.closed { throw failure("the event ends the session: \(reason.text)", mark) }
        if isOwn, !hasAsked {
            throw failure("`own` says nothing here: it is not asked whose the stream is", mark)
        }
    }

    /// The name of what is one whole event.
    private func name(of lines: [WrittenText], _ mark: Mark) throws(Failure) -> EventName {
        var framer = ReplyFramer()
        for line in lines { framer.append(ByteBuffer(string: line.text + "\r\n")) }
        var name: EventName?
        var hasEnded = false
        do {
            while let line = try framer.next() {
                guard !hasEnded else { throw failure("the event has lines behind its end line", mark) }
                guard case .reply(let reply) = line else { continue }
                guard reply.status.isEvent else { throw failure("a line of the event does not begin with 650", mark) }
                name = name ?? EventName(reply.key)
                hasEnded = reply.kind == .end
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw failure("the event has a line that is none of tor's", mark)
        }
        guard let name, hasEnded else {
            throw failure("an event begins with `650` and its name, and ends in an end line", mark)
        }
        return name
    }

    // MARK: What came of it

    private mutating func compare(_ expected: [WrittenText]) throws(Failure) {
        let given = session.takeGiven()
        for (index, line) in expected.enumerated() {
            guard given.indices.contains(index) else {
                throw failure("expected \(quoted(line.text)) for the client, got nothing\(index > 0 ? " more" : "")")
            }
            guard given[index].utf8.elementsEqual(line.text.utf8) else {
                throw failure("expected \(quoted(line.text)) for the client, got \(quoted(given[index]))")
            }
        }
        if given.count > expected.count {
            throw failure(
                "expected nothing\(expected.isEmpty ? "" : " more") for the client, got \(quoted(given[expected.count]))"
            )
        }
    }

    /// `filter (no rule matches)`, with the command that is sent and the place of the rule where there are any.
    private func description(of observed: CommandObservation) -> String {
        var text = observed.decision
        if case .forward(let sent) = observed.outcome, observed.decision == "rewrite" {
            text += " to \(quoted(sent.line))"
        }
        let place = observed.reason.rule.map { ", \($0)" } ?? ""
        return "\(text) (\(observed.reason.text)\(place))"
    }

    private func failure(_ message: String, _ mark: Mark? = nil) -> Failure {
        Failure(mark: mark ?? test.mark, message: "\(Self.subject(of: test)) failed: \(message)")
    }

    /// Names a test by what is sent in it, or what happens.
    static func subject(of test: TestEntry) -> String {
        let text: WrittenText? =
            switch test.step.happening {
            case .command(let text, _): text
            case .event(let lines, _): lines.first
            }
        return "test of \(quoted(text?.text ?? ""))"
    }

    private func quoted(_ text: String) -> String { Self.quoted(text) }

    private static func quoted(_ text: String) -> String {
        let bound = 200
        return text.utf8.count > bound ? "`\(String(decoding: text.utf8.prefix(bound), as: UTF8.self))…`" : "`\(text)`"
    }
}
