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
    /// Whether any hole is for what a pattern's parentheses took.
    package let usesGroups: Bool
    private let usesVariables: Bool

    /// Reads a template for the captures of a pattern that has `captureCount` groups.
    package init(_ source: String, captureCount: Int) throws(PatternError) {
        self.source = source
        pieces = try TemplateScanner.scan(source, captureCount: captureCount)
        usesGroups = pieces.contains { if case .group = $0 { true } else { false } }
        usesVariables = pieces.contains { if case .variable = $0 { true } else { false } }
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
        guard !usesVariables else {
            return ByteBuffer(bytes: expand(Captures(groups.map { [UInt8](text[$0]) }), variable))
        }
        // Most lines, in one go and of the length that they have.
        var result = ByteBuffer()
        let length = pieces.reduce(0) { length, piece in
            switch piece {
            case .literal(let bytes): length + bytes.count
            case .group(let index): length + Self.part(of: text, groups, index).count
            case .variable: length
            }
        }
        result.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { target in
            var end = 0
            func add(_ bytes: UnsafeRawBufferPointer) {
                UnsafeMutableRawBufferPointer(rebasing: target[end...]).copyMemory(from: bytes)
                end += bytes.count
            }
            for piece in pieces {
                switch piece {
                case .literal(let bytes): bytes.withUnsafeBytes(add)
                case .group(let index): add(Self.part(of: text, groups, index))
                case .variable: break
                }
            }
            return end
        }
        return result
    }

    private static func part(
        of text: UnsafeRawBufferPointer, _ groups: UnsafeMutableBufferPointer<Range<Int>>, _ index: Int
    ) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: index < groups.count ? text[groups[index]] : text[..<text.startIndex])
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
