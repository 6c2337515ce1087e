// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

import struct NIOCore.ByteBuffer

/// Takes out of one key's part of a reply what is not the session's own, and leaves it in the form that tor gives to what
/// remains (control-spec section 3.9): `250-key=` for nothing, `250-key=line` for one line, a data block for several.
package struct ReplyCut: Sendable {
    /// A data block whose opening line is held back until it is known whether it is one.
    private struct Block: Sendable {
        let opening: ReplyLine
        var first: ByteBuffer?
        var isOpen = false
        /// Lines that a later one may make the session's own.
        var deferred: [ByteBuffer] = []
    }

    /// Lines of a list that are kept for its end: as many circuits as a busy tor has.
    private static let mostDeferred = 4096

    private var block: Block?

    package init() {}

    /// The lines that stand for this one: none, one, or those that were held back with it.
    package mutating func take(_ line: TorLine, _ cut: OwnershipCut, _ ownership: inout Ownership) -> [TorLine] {
        switch line {
        case .reply(let reply):
            guard reply.status.isSuccess, reply.kind != .end else { return [line] }
            return cut == .credentials ? credential(reply, &ownership) : value(reply, cut, &ownership)
        case .data(let text):
            let line = String(buffer: text)
            if ownership.shows(line, under: cut) { return add(text) }
            if cut.dependsOnLaterLines(line), let block, block.deferred.count < Self.mostDeferred {
                self.block?.deferred.append(text)
            }
            return []
        case .dataEnd:
            let deferred = block?.deferred ?? []
            let late = deferred.filter { ownership.shows(String(buffer: $0), under: cut) }
            return late.flatMap { add($0) } + close()
        }
    }

    private func credential(_ line: ReplyLine, _ ownership: inout Ownership) -> [TorLine] {
        let prefix = "CLIENT "
        guard line.textHasPrefix(prefix) else { return [.reply(line)] }
        let text = String(decoding: line.text.dropFirst(prefix.utf8.count), as: UTF8.self)
        return ownership.shows(text, under: .credentials) ? [.reply(line)] : []
    }

    private mutating func value(_ line: ReplyLine, _ cut: OwnershipCut, _ ownership: inout Ownership) -> [TorLine] {
        guard line.kind == .mid else {
            block = Block(opening: line)
            return []
        }
        let value = String(decoding: line.text.dropFirst(line.key.utf8.count + 1), as: UTF8.self)
        return value.isEmpty || ownership.shows(value, under: cut) ? [.reply(line)] : Self.single(line, nil)
    }

    private mutating func add(_ text: ByteBuffer) -> [TorLine] {
        guard var block = self.block else { return [] }
        defer { self.block = block }
        if block.isOpen { return [.data(text)] }
        guard let first = block.first else {
            block.first = text
            return []
        }
        block.isOpen = true
        return [.reply(block.opening), .data(first), .data(text)]
    }

    private mutating func close() -> [TorLine] {
        guard let block else { return [] }
        self.block = nil
        return block.isOpen ? [.dataEnd] : Self.single(block.opening, block.first)
    }

    /// `250-key=value` in place of the line that opened the key's part. A value that could not stand there (it would hold a NUL
    /// or a CR) is left out.
    private static func single(_ opening: ReplyLine, _ value: ByteBuffer?) -> [TorLine] {
        let empty = ByteBuffer(string: "\(opening.status)-\(opening.key)=")
        var bytes = empty
        if let value { bytes.writeImmutableBuffer(value) }
        return [ReplyLine(bytes) ?? ReplyLine(empty)].compactMap { $0.map { .reply($0) } }
    }
}
