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
        let view = bytes.readableBytesView
        guard view.count >= 4, view.prefix(3).allSatisfy(\.isDecimalDigit),
            let status = StatusCode(view.prefix(3).reduce(0) { $0 * 10 + UInt16($1 - UInt8(ascii: "0")) }),
            let kind = Kind(rawValue: view[view.startIndex + 3]),
            !view.contains(where: { $0 == 0 || $0 == .carriageReturn || $0 == .lineFeed })
        else { return nil }
        self.bytes = bytes
        self.status = status
        self.kind = kind
    }

    package init?(_ text: String) { self.init(ByteBuffer(string: text)) }

    /// The line as text; bytes that are no UTF-8 are replaced.
    package var line: String { String(decoding: bytes.readableBytesView, as: UTF8.self) }

    /// What stands behind the status and its separator.
    package var text: ByteBufferView { bytes.readableBytesView.dropFirst(4) }

    /// The text as far as it is the word before the first blank or `=`: the key of a GETINFO line, the name of an event.
    package var key: String {
        String(decoding: text.prefix { $0 != .equals && $0 != .space }, as: UTF8.self)
    }

    /// What stands behind the name of an event.
    package var eventText: String { String(decoding: text.drop { $0 != .space }.dropFirst(), as: UTF8.self) }

    /// Whether the text begins with these bytes.
    package func textHasPrefix(_ prefix: some StringProtocol) -> Bool { text.starts(with: prefix.utf8) }

    package func encode(into buffer: inout ByteBuffer) {
        buffer.writeImmutableBuffer(bytes)
        buffer.writeStaticString("\r\n")
    }
}
