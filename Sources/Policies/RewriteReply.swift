// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

import struct NIOCore.ByteBuffer

/// What becomes of one line of a reply or an event. This is the only place where one is rewritten.
package enum RewrittenLine: Hashable, Sendable {
    case pass(TorLine)
    /// The line is left out; the reply goes on.
    case omit
    /// The result is no line of the same kind and status class: the whole reply or event must not be shown.
    case invalid
}

extension ReplyRewriting {
    package func rewrite(_ line: TorLine, facts: SessionFacts) -> RewrittenLine {
        switch line {
        case .dataEnd:
            return .pass(line)
        case .data(let content):
            switch apply(to: content, facts: facts) {
            case .unchanged: return .pass(line)
            case .rewritten(let bytes): return .pass(.data(bytes))
            // An empty line is a line of a data block like any other.
            case .emptied: return .pass(.data(ByteBuffer()))
            case .unmatched: return .omit
            case .failed: return .invalid
            }
        case .reply(let reply):
            return Self.line(reply, after: apply(to: reply.bytes, facts: facts))
        }
    }

    /// The first line of an event; nil if no rule matches it and such a line is not passed on: that of the line that names the
    /// event leaves nothing worth sending.
    package func rewrite(first line: ReplyLine, facts: SessionFacts) -> RewrittenLine? {
        switch apply(to: line.bytes, facts: facts) {
        case .unmatched: nil
        case let result: Self.line(line, after: result)
        }
    }

    private static func line(_ reply: ReplyLine, after result: Result) -> RewrittenLine {
        switch result {
        case .unchanged:
            return .pass(.reply(reply))
        case .rewritten(let bytes):
            guard let rewritten = ReplyLine(bytes), rewritten.kind == reply.kind,
                rewritten.status.statusClass == reply.status.statusClass
            else { return .invalid }
            return .pass(.reply(rewritten))
        case .emptied, .failed:
            return .invalid
        case .unmatched:
            return withoutText(reply)
        }
    }

    /// A line that `else: drop` takes out. An end line must stay, or the client would wait for ever, and so must the line
    /// that opens a data block, as long as it is `key=` and says no more than that there is a reply.
    private static func withoutText(_ reply: ReplyLine) -> RewrittenLine {
        switch reply.kind {
        case .mid:
            return .omit
        case .data:
            return !reply.status.isEvent && reply.text.last == .equals ? .pass(.reply(reply)) : .invalid
        case .end:
            guard !reply.textHasPrefix("OK") || reply.text.count > 2 else { return .pass(.reply(reply)) }
            let text = reply.status.isSuccess || reply.status.isEvent ? "OK" : "Reply filtered"
            return ReplyLine("\(reply.status) \(text)").map { .pass(.reply($0)) } ?? .invalid
        }
    }
}
