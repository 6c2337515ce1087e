// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// Bytes from a client, in any portions -> commands, one at a time.
///
/// A line that starts with `+` opens a data block whatever follows it, as in tor's own reader, so that no line of a block
/// is ever taken for a command. control-spec section 2.2.
package struct CommandFramer: Sendable {
    private struct OpenBlock {
        /// What the first line was: a command that only lacks its body, or the reason why it is none.
        var head: ClientFrame
        var body = DataBlock()
        var isClean = true
    }

    private var lines = LineFramer(bound: Limits.clientFrame)
    private var block: OpenBlock?
    private var isSpent = false

    package init() {}

    package var pendingBytes: Int { lines.pendingBytes }

    package mutating func append(_ bytes: ByteBuffer) {
        // After `.tooLong` nothing can be framed, so nothing is kept.
        if !isSpent { lines.append(bytes) }
    }

    /// The next frame, or nil until more bytes have come.
    package mutating func next() -> ClientFrame? {
        while !isSpent {
            switch lines.next() {
            case .incomplete:
                return nil
            case .tooLong:
                return spend()
            case .line(let line):
                if block != nil {
                    if let frame = extendBlock(with: line) { return frame }
                } else {
                    let frame = Self.parse(line)
                    guard line.withUnsafeReadableBytes({ Self.opensBlock($0) }) else { return frame }
                    block = OpenBlock(head: frame)
                }
            }
        }
        return nil
    }

    /// Takes out the next line if it is no part of a data block and is known by what it holds; else it is still the next.
    package mutating func skipLine(where isKnown: (UnsafeRawBufferPointer) -> Bool) -> Bool {
        guard !isSpent, block == nil else { return false }
        return lines.skip(where: isKnown)
    }

    private mutating func spend() -> ClientFrame {
        isSpent = true
        block = nil
        lines = LineFramer(bound: Limits.clientFrame)
        return .tooLong
    }

    /// The block grows in place: a copy for each of its lines would cost the square of its length.
    private mutating func extendBlock(with line: ByteBuffer) -> ClientFrame? {
        guard case .content(let content) = DataBlock.Line(received: line) else { return closeBlock() }
        if !Self.isCleanData(content) { block?.isClean = false }
        block?.body.append(content)
        return (block?.body.byteCount ?? 0) <= Limits.clientFrame ? nil : spend()
    }

    private mutating func closeBlock() -> ClientFrame? {
        guard let block else { return nil }
        self.block = nil
        switch block.head {
        case .command(let head):
            guard block.isClean,
                let command = Command(keyword: head.keyword, arguments: head.arguments, body: block.body)
            else {
                return .malformed(.forbiddenByteInData, keyword: head.keyword, length: block.body.byteCount)
            }
            return .command(command)
        case .malformed(let reason, let keyword, let length):
            return .malformed(reason, keyword: keyword, length: length + block.body.byteCount)
        case .tooLong:
            return .tooLong
        }
    }

    /// Tabs and bytes over 0x7E may stand in a descriptor or a torrc; a NUL would end tor's C string, and a stray CR is
    /// an end of line to some readers.
    private static func isCleanData(_ line: ByteBuffer) -> Bool {
        line.readableBytesView.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func parse(_ line: ByteBuffer) -> ClientFrame { line.withUnsafeReadableBytes { parse($0) } }

    private static func parse(_ line: UnsafeRawBufferPointer) -> ClientFrame {
        let start = opensBlock(line) ? 1 : 0
        let end = line[start...].firstIndex { $0 == .space || !$0.isPrintable } ?? line.endIndex
        let keyword = Keyword(UnsafeRawBufferPointer(rebasing: line[start..<end]))

        func malformed(_ reason: ClientFrame.Malformation) -> ClientFrame {
            .malformed(reason, keyword: keyword, length: line.count)
        }
        guard start < line.endIndex else { return malformed(.empty) }
        guard line[end...].allSatisfy(\.isPrintable) else { return malformed(.forbiddenByte) }
        guard line[start] != .space else {
            return malformed(line[start...].allSatisfy { $0 == .space } ? .empty : .leadingBlank)
        }
        guard let keyword else { return malformed(.noKeyword) }
        let arguments = line[end...].drop { $0 == .space }
        return .command(Command(keyword, printable: String(decoding: arguments, as: UTF8.self)))
    }

    private static func opensBlock(_ line: UnsafeRawBufferPointer) -> Bool { line.first == UInt8(ascii: "+") }
}
