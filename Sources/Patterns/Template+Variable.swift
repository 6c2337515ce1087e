// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension Template {
    /// A fact about a client's connection, under the name that profiles give it.
    package enum Variable: String, Sendable, CaseIterable {
        case clientAddress = "client-address"
        case clientPort = "client-port"
        case serverAddress = "server-address"
        case serverPort = "server-port"
    }
}
