// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a client sent, as far as it can be told apart before anything is decided.
package enum ClientFrame: Hashable, Sendable {
    case command(Command)
    /// A whole line or data block that cannot be a command of ours. It gets one reply and goes no further.
    case malformed(Malformation, keyword: Keyword?, length: Int)
    /// A line or data block over ``Limits/clientFrame``. Nothing after it can be framed.
    case tooLong

    package enum Malformation: Hashable, Sendable, CaseIterable {
        case empty
        case leadingBlank
        /// NUL, a CR not before the LF, tabs and other control characters, and bytes over 0x7E.
        case forbiddenByte
        /// What stands in the keyword's place is none.
        case noKeyword
        /// Control characters other than tabs in a data block.
        case forbiddenByteInData

        package var reason: String {
            switch self {
            case .empty: "an empty line"
            case .leadingBlank: "a blank before the command"
            case .forbiddenByte: "a control character or a byte over 0x7E"
            case .noKeyword: "no command keyword"
            case .forbiddenByteInData: "a control character in the data block"
            }
        }
    }
}
