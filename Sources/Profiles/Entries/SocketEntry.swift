// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// An entry of `sockets` that asks for a socket.
struct SocketEntry: Sendable {
    var mark: Mark
    var name: WrittenText
    var group: WrittenText?
    /// Nil where none is written, or none that can be read.
    var mode: UInt32?
}
