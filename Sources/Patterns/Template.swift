// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import struct NIOCore.ByteBuffer

/// Text with holes that are filled with what a pattern's parentheses took, and with facts about the client.
///
/// The syntax is the part of Python's `str.format` that has one meaning here: `{}` is the next group, `{0}` the first
/// one, `{client-address}` a fact, `{{` and `}}` are braces. A template that asks for what is not there cannot exist.
package struct Template: Sendable {
    enum Piece: Hashable, Sendable {
        case literal([UInt8])
        case group(Int)
        case variable(Variable)
    }

    package let source: String
    private let pieces: [Piece]

    /// Reads a template for the captures of a pattern that has `captureCount` groups.
    package init(_ source: String, captureCount: Int) throws(PatternError) {
        self.source = source
        pieces = try TemplateScanner.scan(source, captureCount: captureCount)
    }

    /// The text with its holes filled. A group that took no part in the match is empty.
    ///
    /// A template has no control character of its own; what captures and variables bring is for the caller to check.
    package func expand(_ captures: Captures?, _ variable: (Variable) -> String) -> [UInt8] {
        var result: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                result += bytes
            case .group(let index):
                if let captures, index < captures.count { result += captures[index] }
            case .variable(let name):
                result += variable(name).utf8
            }
        }
        return result
    }

    /// The text with its holes filled from the places in another that a pattern's groups took.
    func expand(
        _ text: UnsafeRawBufferPointer,
        _ groups: UnsafeMutableBufferPointer<Range<Int>>,
        _ variable: (Variable) -> String
    ) -> ByteBuffer {
        var result = ByteBuffer()
        // As a rule the line does not grow.
        result.reserveCapacity(text.count + source.utf8.count)
        for piece in pieces {
            switch piece {
            case .literal(let bytes):
                result.writeBytes(bytes)
            case .group(let index):
                if index < groups.count { result.writeBytes(UnsafeRawBufferPointer(rebasing: text[groups[index]])) }
            case .variable(let name):
                result.writeString(variable(name))
            }
        }
        return result
    }

    /// Whether any hole is for what a pattern's parentheses took.
    var usesGroups: Bool {
        pieces.contains { if case .group = $0 { true } else { false } }
    }

    /// The facts that the template asks for.
    package var variables: Set<Variable> {
        Set(
            pieces.compactMap { piece in
                if case .variable(let variable) = piece { variable } else { nil }
            }
        )
    }
}

extension Template: Equatable {
    package static func == (left: Template, right: Template) -> Bool { left.source == right.source }
}

extension Template: CustomStringConvertible {
    package var description: String { source }
}
