// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// How a link to tor may authenticate.
package struct LinkConfiguration: Sendable {
    package enum Transport: Hashable, Sendable {
        /// A Unix socket, whose peer's uid was found to be one that tor runs as.
        case unix
        /// TCP, where whoever listens may be an impostor.
        case tcp
    }

    package var transport: Transport
    /// `--tor-auth`: this method and no other. Nil: by the rules of the transport.
    package var demanded: AuthenticationMethod?
    /// The content of `--tor-password-file`.
    package var password: Secret?

    package init(transport: Transport, demanded: AuthenticationMethod? = nil, password: Secret? = nil) {
        self.transport = transport
        self.demanded = demanded
        self.password = password
    }

    /// An empty password is none: to tor it is no argument at all.
    var usablePassword: Secret? { password.flatMap { $0.count > 0 ? $0 : nil } }

    /// The method to use with a peer that offers these.
    ///
    /// Over a Unix socket the first that needs least: NULL (which tor offers alone), SAFECOOKIE, COOKIE, then the
    /// password. Over TCP only SAFECOOKIE, where the peer proves itself first and an impostor learns nothing; another
    /// needs `demanded`.
    package func choose(from offered: Set<AuthenticationMethod>) throws(LinkFailure) -> AuthenticationMethod {
        if let demanded {
            guard offered.contains(demanded) else { throw .notOffered(demanded, offered: offered) }
            guard demanded != .password || usablePassword != nil else { throw .noPassword }
            return demanded
        }
        let usable: [AuthenticationMethod] =
            switch transport {
            case .tcp: [.safeCookie]
            case .unix: [.null, .safeCookie, .cookie] + (usablePassword == nil ? [] : [.password])
            }
        guard let method = usable.first(where: offered.contains) else {
            throw .noUsableMethod(offered: offered, transport)
        }
        return method
    }

    /// Whether the password may be tried when the cookie could not be read: where nothing else was demanded, on a Unix
    /// socket.
    func allowsPassword(insteadOfCookieFrom offered: Set<AuthenticationMethod>) -> Bool {
        transport == .unix && demanded == nil && usablePassword != nil && offered.contains(.password)
    }
}
