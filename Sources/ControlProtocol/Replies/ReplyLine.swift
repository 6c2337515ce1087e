// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer
package import struct NIOCore.ByteBufferView

/// One line of a reply or of an asynchronous event (control-spec sections 2.3 and 4.1).
///
///     S: 250-version=0.4.8.1     mid
///     S: 250+circuit-status=     data: a data block follows
///     S: 250 OK                  end
package struct ReplyLine: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case mid = 0x2D
        case data = 0x2B
        case end = 0x20
    }

    /// The line as it travels, without its end.
    package let bytes: ByteBuffer
    package let status: StatusCode
    package let kind: Kind

    /// Nil if the bytes are no reply line, or hold a NUL, CR or LF.
    package init?(_ bytes: ByteBuffer) {
        guard let (status, kind) = bytes.withUnsafeReadableBytes({ Self.read($0) }) else { return nil }
        self.bytes = bytes
        self.status = status
        self.kind = kind
    }

    private static func read(_ line: UnsafeRawBufferPointer) -> (StatusCode, Kind)? {
        guard line.count >= 4, line[0].isDecimalDigit, line[1].isDecimalDigit, line[2].isDecimalDigit else {
            return nil
        }
        func digit(_ place: Int) -> UInt16 { UInt16(line[place] - UInt8(ascii: "0")) }
        guard let status = StatusCode(digit(0) * 100 + digit(1) * 10 + digit(2)), let kind = Kind(rawValue: line[3])
        else { return nil }
        return line.breaksLine ? nil : (status, kind)
    }

    package init?(_ text: String) { self.init(ByteBuffer(string: text)) }

    /// The line as text; bytes that are no UTF-8 are replaced.
    package var line: String { String(decoding: bytes.readableBytesView, as: UTF8.self) }

    /// What stands behind the status and its separator.
    package var text: ByteBufferView { bytes.readableBytesView.dropFirst(4) }

    /// The text as far as it is the word before the first blank or `=`: the key of a GETINFO line, the name of an event.
    package var key: String { withKey { String(decoding: $0, as: UTF8.self) } }

    /// The key as the name of an event; nil if it can be none.
    package var eventName: EventName? { withKey { EventName($0) } }

    private func withKey<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withText { text in
            let end = text.firstIndex { $0 == .equals || $0 == .space } ?? text.endIndex
            return body(UnsafeRawBufferPointer(rebasing: text[..<end]))
        }
    }

    /// What stands behind the name of an event.
    package var eventText: String {
        withText { text in
            let start = text.firstIndex(of: .space, from: 0) ?? text.endIndex
            return String(decoding: text[start...].dropFirst(), as: UTF8.self)
        }
    }

    /// Whether the text is this.
    package func textIs(_ other: StaticString) -> Bool { withText { $0.isEqual(to: other) } }

    /// Whether the text begins with these bytes.
    package func textHasPrefix(_ prefix: String) -> Bool { withText { Self.rest(of: $0, behind: prefix) != nil } }

    /// Whether the text gives the key a value: `key=` begins it.
    package func textHasKey(_ key: String) -> Bool {
        withText { Self.rest(of: $0, behind: key)?.first == .equals }
    }

    /// Whether the key is this, in the same letters.
    package func keyIs(_ key: String) -> Bool {
        withText { text in
            guard let rest = Self.rest(of: text, behind: key) else { return false }
            return rest.first.map { $0 == .equals || $0 == .space } ?? true
        }
    }

    private static func rest(
        of text: UnsafeRawBufferPointer, behind prefix: String
    ) -> Slice<UnsafeRawBufferPointer>? {
        prefix.withBytes { prefix in
            guard text.count >= prefix.count else { return nil }
            for index in prefix.indices where prefix[index] != text[index] { return nil }
            return text[prefix.count...]
        }
    }

    private func withText<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        bytes.withUnsafeReadableBytes { body(UnsafeRawBufferPointer(rebasing: $0[4...])) }
    }

    package func encode(into buffer: inout ByteBuffer) { buffer.writeLine(bytes) }
}
