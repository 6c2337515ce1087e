// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import struct NIOCore.ByteBuffer

/// One command of a controller: a keyword, its arguments as text, and the data block if it carries one.
///
///     C: GETINFO version
///     C: +HSPOST HSADDRESS=...
///     C: (descriptor)
///     C: .
///
/// Arguments are printable ASCII by construction, so that tor and we cannot split them differently. control-spec
/// section 2.2.
package struct Command: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package let keyword: Keyword
    /// What follows the keyword and the blanks behind it, blanks at the end included.
    package let arguments: String
    /// The lines of the data block, without line ends and with their dots undone; nil if the command has no block.
    package let body: DataBlock?

    /// Nil if the arguments hold anything but printable ASCII, or begin with a blank.
    package init?(keyword: Keyword, arguments: String = "", body: DataBlock? = nil) {
        guard arguments.withBytes({ $0.allSatisfy(\.isPrintable) && $0.first != .space }) else { return nil }
        self.init(keyword, printable: arguments, body)
    }

    /// - Parameter arguments: what has been found to be printable ASCII, without a blank before it.
    init(_ keyword: Keyword, printable arguments: String, _ body: DataBlock? = nil) {
        self.keyword = keyword
        self.arguments = arguments
        self.body = body
    }

    /// The keyword as rules name it: with a `+` if a data block follows.
    package var ruleName: String { body == nil ? keyword.name : "+" + keyword.name }

    /// The line of the command, without its end: what a log or `explain` shows before anything is taken out.
    package var line: String { arguments.isEmpty ? ruleName : "\(ruleName) \(arguments)" }

    /// Arguments may hold keys and passwords, so a description shows how many bytes there are, and no more.
    package var description: String { "\(ruleName) (\(line.utf8.count) bytes)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    package func encode(into buffer: inout ByteBuffer) {
        if body != nil { buffer.writeStaticString("+") }
        buffer.writeString(keyword.name)
        if !arguments.isEmpty {
            buffer.writeStaticString(" ")
            buffer.writeString(arguments)
        }
        buffer.writeStaticString("\r\n")
        body?.encode(into: &buffer)
    }
}
