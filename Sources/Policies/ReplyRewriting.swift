// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Patterns

package import struct NIOCore.ByteBuffer

/// What happens to the lines of a reply or an event: the first rule whose pattern matches a line writes it anew.
package struct ReplyRewriting: Sendable {
    /// Shared by all that hold it, since each line goes through those before the one that matches.
    package final class Rule: Sendable {
        package let pattern: Pattern
        package let replacement: Template
        /// Where it is written, if it is.
        package let origin: RuleOrigin?

        package init(pattern: Pattern, replacement: Template, origin: RuleOrigin? = nil) {
            self.pattern = pattern
            self.replacement = replacement
            self.origin = origin
        }

        fileprivate func rewrite(_ line: UnsafeRawBufferPointer, _ facts: SessionFacts) -> Pattern.Rewriting {
            // Not `facts.value` itself, which would take a copy of the facts along.
            pattern.rewrite(line, by: replacement) { facts.value(of: $0) }
        }
    }

    package let rules: [Rule]
    /// `else: drop`: a line that no rule matches is not passed on.
    package let dropsUnmatched: Bool

    package init(rules: [Rule], dropsUnmatched: Bool) {
        self.rules = rules
        self.dropsUnmatched = dropsUnmatched
    }

    package enum Result: Hashable, Sendable {
        case unchanged
        case rewritten(ByteBuffer)
        /// A pattern matched and left nothing.
        case emptied
        case unmatched
        /// The result holds a line break or a NUL, or a pattern could not be tried: nothing of the line may be shown.
        case failed
    }

    /// - Parameter line: the line as received, with its status, without its end.
    package func apply(to line: ByteBuffer, facts: SessionFacts) -> Result {
        line.withUnsafeReadableBytes { apply(to: $0, facts) }
    }

    private func apply(to line: UnsafeRawBufferPointer, _ facts: SessionFacts) -> Result {
        for rule in rules {
            switch rule.rewrite(line, facts) {
            case .failed: return .failed
            case .noMatch: continue
            case .match(let rewritten):
                if rewritten.readableBytes == 0 { return .emptied }
                return rewritten.withUnsafeReadableBytes(\.breaksLine) ? .failed : .rewritten(rewritten)
            }
        }
        return dropsUnmatched ? .unmatched : .unchanged
    }
}
