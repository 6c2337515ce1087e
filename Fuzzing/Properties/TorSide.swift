// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TorLink

/// The tor of a fuzzed session: what it was asked, and how a real one would answer.
struct TorSide {
    /// Who speaks on the connection: nobody, our link to tor, or the session.
    enum State {
        case away
        case wanted
        case authenticating
        case ready
    }

    var state = State.away
    private let subject: SessionSubject
    private var received = CommandFramer()
    private var sent = ReplyFramer()
    /// Recorded as sent on, and not seen on the connection yet.
    private var announced: [Command] = []
    /// Commands that have no reply yet.
    private(set) var unanswered: [Command] = []
    /// What the next tor is asked first: the subscription that stood, and the questions that the last did not answer.
    private var repeatable: [Command] = []
    /// The last SETEVENTS that tor has accepted.
    private var subscription: Command?
    /// How often it has said where it listens, and no service has left since.
    var spareAnswers = 0
    private var isInsideEvent = false
    private var isInsideReply = false
    private var isInsideData = false

    init(_ subject: SessionSubject) { self.subject = subject }

    /// Whether tor is in the middle of no line, data block or event.
    var isBetweenReplies: Bool { sent.pendingBytes == 0 && !isInsideEvent && !isInsideData }

    var isConnected: Bool {
        switch state {
        case .away, .wanted: false
        case .authenticating, .ready: true
        }
    }

    /// Whether tor owes nothing and is in the middle of nothing.
    var isIdle: Bool {
        switch state {
        case .away: true
        case .ready: unanswered.isEmpty && isBetweenReplies
        case .wanted, .authenticating: false
        }
    }

    mutating func connect() {
        state = .authenticating
        received = CommandFramer()
        sent = ReplyFramer()
        unanswered = []
        isInsideEvent = false
        isInsideReply = false
        isInsideData = false
    }

    /// The connection of a tor that had let us in has ended.
    mutating func lose() {
        // A session that goes on although a reply had begun has filtered it, which is a reply.
        let questions = unanswered.dropFirst(isInsideReply ? 1 : 0).filter(\.isQuestion)
        repeatable = [subscription].compactMap { $0?.arguments.isEmpty == false ? $0 : nil } + questions
    }

    // MARK: What it is asked

    mutating func note(_ command: CommandObservation) {
        if case .forward(let sent) = command.outcome { announced.append(sent) }
    }

    /// - Parameter mayAuthenticate: whether the link was not ready when what caused this happened.
    mutating func receive(_ bytes: ByteBuffer, mayAuthenticate: Bool) throws(Violation) {
        received.append(bytes)
        while let frame = received.next() {
            guard case .command(let command) = frame else { throw Violation(description: "tor is sent \(frame)") }
            unanswered.append(command)
            if mayRepeat(command) {
                try checkForwarded(command)
            } else if command == announced.first {
                announced.removeFirst()
                try checkForwarded(command)
            } else {
                try require(mayAuthenticate && Self.isOfLink(command), "nobody decided on \(command.line)")
            }
        }
        try require(received.pendingBytes == 0, "tor is sent part of a command")
    }

    /// To be called when all bytes of one step have been given out.
    func checkNothingIsMissing() throws(Violation) {
        try require(announced.isEmpty, "recorded as sent, and not sent: \(announced.map(\.line))")
        guard case .ready = state else { return }
        try require(repeatable.isEmpty, "not asked again: \(repeatable.map(\.line))")
    }

    private mutating func checkForwarded(_ command: Command) throws(Violation) {
        try PolicyProperties.check(command, subject.facts, named: SessionSubject.places)
        let mayLeave = subject.isComplaining || SessionSubject.mayLeave(command)
        try require(mayLeave, "the policy does not allow \(command.line)")
        try require(!subject.policy.isEmpty || subject.isComplaining, "a client without a profile reaches tor")
        guard command.keyword == .addOnion else { return }
        try require(spareAnswers > 0, "a service leaves before tor has said where it listens")
        spareAnswers -= 1
    }

    /// What stood unanswered is asked again in its order, before anything else.
    private mutating func mayRepeat(_ command: Command) -> Bool {
        guard case .ready = state, command == repeatable.first else { return false }
        repeatable.removeFirst()
        return true
    }

    /// PROTOCOLINFO, AUTHCHALLENGE with our nonce, or AUTHENTICATE with what is ours.
    private static func isOfLink(_ command: Command) -> Bool {
        command.body == nil
            && [
                "PROTOCOLINFO 1", "AUTHENTICATE", "AUTHENTICATE " + cookieDigits,
                "AUTHCHALLENGE SAFECOOKIE " + nonceDigits,
            ].contains(command.line)
    }

    static let nonce = [UInt8](repeating: 0x11, count: 32)
    static let cookie = Secret([UInt8](repeating: 0x22, count: 32))
    private static let nonceDigits = String(repeating: "11", count: 32)
    private static let cookieDigits = String(repeating: "22", count: 32)

    // MARK: What it says

    /// Follows what is sent to us, to know which commands have had their replies.
    mutating func send(_ bytes: ByteBuffer) {
        sent.append(bytes)
        while let line = try? sent.next() {
            if case .dataEnd = line { isInsideData = false }
            guard case .reply(let reply) = line else { continue }
            isInsideData = reply.kind == .data
            if reply.status.isEvent || isInsideEvent {
                isInsideEvent = reply.kind != .end
            } else {
                isInsideReply = reply.kind != .end
                guard reply.kind == .end, !unanswered.isEmpty else { continue }
                let answered = unanswered.removeFirst()
                if answered.keyword == .setEvents, reply.status.isSuccess { subscription = answered }
            }
        }
    }

    /// What tor would say to the command that waits longest.
    func reply(_ value: String) -> ByteBuffer? { unanswered.first.map { TorAnswer.to($0, value) } }
}
