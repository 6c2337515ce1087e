// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Where a profile asks for a socket.
package struct SocketRequest: Hashable, Sendable {
    package let socket: ApplicationSocket
    package let origin: RuleOrigin

    package init(socket: ApplicationSocket, origin: RuleOrigin) {
        self.socket = socket
        self.origin = origin
    }
}
