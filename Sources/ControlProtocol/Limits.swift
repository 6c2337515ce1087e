// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Every bound on what the two sides may send, with the reason for its value.
package enum Limits {
    /// Bytes of one command line with its line end, or of one data block. Tor takes a mebibyte; the longest command known
    /// from an application (all bridges of a Tails user in one SETCONF) is far below this.
    package static let clientFrame = 64 * 1024

    /// Bytes of one line from tor. Its long replies are data blocks of short lines.
    package static let torLine = 1024 * 1024

    /// Bytes of an asynchronous event that is held back until it is whole, because a rule may rewrite or drop it.
    package static let heldEvent = 4 * 1024 * 1024

    /// Bytes of a reply to a question of our own. Tor's longest, the list of its streams, is far below this.
    package static let ownReply = 4 * 1024 * 1024

    /// Commands forwarded whose replies have not come yet.
    package static let commandsInFlight = 64

    /// Bytes that the client has not read above which no command of its is forwarded.
    package static let unreadBytes = 64 * 1024

    /// Bytes that the client has not read above which a session with events coming in is closed: tor's own queue has
    /// no bound, so a client that does not read must not be waited for.
    package static let unreadEvents = 1024 * 1024

    /// Bytes of arguments that a rule replaces by what its pattern's parentheses take. To find that takes RE2 up to a sixth of a
    /// microsecond a byte, a hundred times as long as to match; the longest such command of an application has a key and a few ports.
    package static let replacedText = 16 * 1024

    /// Keyword arguments, keys, options or different events of one command: each is judged by every rule.
    package static let keywordArguments = 1024
}
