// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions

/// The client of a fuzzed session: what it sent, what it is owed, and what it got.
struct ClientSide {
    private enum Owed {
        /// This line and no other.
        case line(CannedReply)
        /// What we or a profile answer.
        case answer
        case torsReply(Keyword)
    }

    private let subject: SessionSubject
    private var sent = CommandFramer()
    private var received = ReplyFramer()
    private var owed: [Owed] = []
    private var reply: [ReplyLine] = []
    private var isInsideEvent = false
    private(set) var frameCount = 0
    private(set) var replyCount = 0

    init(_ subject: SessionSubject) { self.subject = subject }

    mutating func send(_ bytes: ByteBuffer) {
        sent.append(bytes)
        while sent.next() != nil { frameCount += 1 }
    }

    /// Takes down what is owed for a command, in the order in which commands are recorded.
    mutating func note(_ command: CommandObservation) {
        switch (command.outcome, command.reason) {
        case (.filter, .beforeAuthentication): owed.append(.line(.authenticationRequired))
        case (.filter, .tooLong): owed.append(.line(.lineTooLong))
        case (.filter, _): owed.append(.line(.filtered))
        case (.answer, _): owed.append(.answer)
        case (.forward(let sent), _): owed.append(.torsReply(sent.keyword))
        }
    }

    mutating func receive(_ bytes: ByteBuffer) throws(Violation) {
        received.append(bytes)
        while let line = try nextLine() {
            if case .reply(let line) = line { try take(line) }
        }
        try require(received.pendingBytes == 0, "the client gets part of a line")
    }

    private mutating func nextLine() throws(Violation) -> TorLine? {
        do {
            return try received.next()
        } catch {
            throw Violation(description: "the client gets what is no reply: \(error)")
        }
    }

    private mutating func take(_ line: ReplyLine) throws(Violation) {
        if line.status.isEvent {
            let mayBeShown = isInsideEvent || subject.mayDeliver(line.key.asciiUppercased)
            try require(mayBeShown, "an event \(line.key) is shown")
            isInsideEvent = line.kind != .end
            return
        }
        try require(!isInsideEvent, "a reply line stands inside an event")
        reply.append(line)
        guard line.kind == .end else { return }
        replyCount += 1
        try require(replyCount <= frameCount, "\(replyCount) replies to \(frameCount) commands")
        try check(reply, line)
        reply = []
    }

    private mutating func check(_ lines: [ReplyLine], _ end: ReplyLine) throws(Violation) {
        let text = String(buffer: end.bytes)
        guard !owed.isEmpty else {
            let isLast = [CannedReply.torLost, .torNotAvailable].contains { $0.rawValue == text }
            return try require(isLast && lines.count == 1, "a reply that nothing asked for: \(text)")
        }
        switch owed.removeFirst() {
        case .line(let canned):
            try require(text == canned.rawValue && lines.count == 1, "\(text) where \(canned.rawValue) is owed")
        case .answer:
            try require(text != CannedReply.filtered.rawValue, "\(text) where an answer is owed")
        case .torsReply(let keyword):
            let isOne = lines.allSatisfy { $0.status.isSuccess == end.status.isSuccess }
            let isCut = text == CannedReply.replyFiltered.rawValue
            try require(isOne || isCut || keyword == .mapAddress, "half a reply of tor's to \(keyword), then \(text)")
        }
    }
}
