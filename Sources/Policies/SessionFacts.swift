// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Patterns

/// What a decision may know about the session: nothing else enters it.
package struct SessionFacts: Sendable {
    package var client: Client
    /// Our end of the client's connection; 127.0.0.1 and 0 on a Unix socket.
    package var serverAddress: IPAddress
    package var serverPort: UInt16
    package var guarded: GuardedTargets
    package var ownership: Ownership

    package init(
        client: Client,
        serverAddress: IPAddress = .loopback,
        serverPort: UInt16 = 0,
        guarded: GuardedTargets = GuardedTargets(),
        ownership: Ownership = Ownership()
    ) {
        self.client = client
        self.serverAddress = serverAddress.unmapped
        self.serverPort = serverPort
        self.guarded = guarded
        self.ownership = ownership
    }

    /// The value of a variable in a replacement template.
    package func value(of variable: Template.Variable) -> String {
        switch variable {
        case .clientAddress: client.address.bracketed
        case .clientPort: String(client.port)
        case .serverAddress: serverAddress.bracketed
        case .serverPort: String(serverPort)
        }
    }
}
