// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Daemon
import Glibc
import Policies
import Sessions
package import TorLink

import struct NIOCore.ByteBuffer

/// What tor says of itself, asked once for all checks: which way it lets us in, and where it listens.
package struct TorSurvey: Sendable {
    /// How and where to ask.
    package struct Settings: Sendable {
        package var addresses: [TorAddress]
        package var cookie: String
        /// The file with the password, if there is one.
        package var passwordFile: String?
        package var user: String
        package var link: @Sendable (TorAddress) -> LinkConfiguration
        /// Whose sockets are not tor's.
        package var daemon: DaemonFacts?
        /// Whether a daemon that cannot be seen may have been told otherwise.
        package var isGuess = false

        package init(
            addresses: [TorAddress], cookie: String, user: String, daemon: DaemonFacts?,
            link: @escaping @Sendable (TorAddress) -> LinkConfiguration
        ) {
            self.addresses = addresses
            self.cookie = cookie
            self.user = user
            self.link = link
            self.daemon = daemon
        }
    }

    struct Entry: Hashable, Sendable {
        let address: TorAddress
        let version: TorVersion?
        let method: AuthenticationMethod?
    }

    /// A control port of tor's, and how it lets anybody in; nil if it does not say.
    struct Door: Hashable, Sendable {
        let address: TorAddress
        let methods: Set<AuthenticationMethod>?
        /// The cookie's path as tor says it: to be looked at, and never to be read.
        var cookieFile: String?
        /// Addresses of a TCP port that others than this machine reach.
        var networks: [IPAddress] = []
    }

    /// What PROTOCOLINFO has said.
    struct Offer: Hashable, Sendable {
        let methods: Set<AuthenticationMethod>
        let cookieFile: String?
    }

    /// Why there was no way in, as far as it decides what to do.
    enum Cause: Hashable, Sendable {
        /// The filter itself listens there.
        case ours
        case otherUser(String)
        case link(LinkFailure)
        case other
    }

    struct Failure: Hashable, Sendable {
        let address: TorAddress
        let reason: String
        let cause: Cause

        var text: String { "\(address) (\(reason))" }
    }

    /// The tor that let us in.
    private(set) var entry: Entry?
    /// What went wrong at each address that was tried before.
    private(set) var failures: [Failure] = []
    private(set) var doors: [Door] = []
    /// Whether tor itself has said where it listens.
    private(set) var isComplete = false

    init(entry: Entry? = nil, failures: [Failure] = [], doors: [Door] = [], isComplete: Bool = false) {
        self.entry = entry
        self.failures = failures
        self.doors = doors
        self.isComplete = isComplete
    }

    package init(_ settings: Settings, on machine: Machine, _ table: SocketListing) {
        var found: [TorAddress] = []
        for address in settings.addresses {
            if Self.isOurs(address, settings, table) {
                failures.append(Failure(address: address, reason: "onion-sieve itself listens there", cause: .ours))
                continue
            }
            do throws(TorConnection.Failure) {
                let offer = try Self.offered(at: address)
                doors.append(door(address, offer, table))
                guard entry == nil else { continue }
                found = try enter(address, offer.methods, settings, machine)
            } catch {
                failures.append(Failure(address: address, reason: error.reason, cause: error.cause))
            }
        }
        for place in found {
            // What listens everywhere listens on loopback, too.
            let address: TorAddress =
                if case .tcp(let host, let port) = place, host.isUnspecified { .tcp(.loopback, port: port) } else {
                    place
                }
            if let known = doors.firstIndex(where: { $0.address == address }) {
                doors[known].add(place)
            } else if !Self.isOurs(address, settings, table) {
                var new = door(address, try? Self.offered(at: address), table)
                new.add(place)
                doors.append(new)
            }
        }
    }

    /// With what procfs says of the port: tor itself may not have said it.
    private func door(_ address: TorAddress, _ offer: Offer?, _ table: SocketListing) -> Door {
        var door = Door(address: address, methods: offer?.methods, cookieFile: offer?.cookieFile)
        for listener in table.listeners {
            guard case .tcp(let host, let port) = listener.place, case .tcp(let asked, port) = address,
                host == asked || asked.isLoopback && host.isUnspecified && !table.hasOwn(asked, port)
            else { continue }
            door.add(.tcp(host, port: port))
        }
        return door
    }

    /// - Returns: where tor says that it listens for controllers.
    private mutating func enter(
        _ address: TorAddress, _ methods: Set<AuthenticationMethod>, _ settings: Settings, _ machine: Machine
    ) throws(TorConnection.Failure) -> [TorAddress] {
        var connection = try TorConnection(to: address)
        if let failure = Self.distrust(connection.peer, at: address, settings, machine) { throw failure }
        let link = settings.link(address)
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        var state = LinkStateMachine(configuration: link, nonce: nonce)
        var actions = state.connected()
        while true {
            guard !actions.isEmpty else {
                actions = state.received(try connection.line())
                continue
            }
            switch actions.removeFirst() {
            case .send(let bytes): try connection.send(bytes)
            case .readCookie: actions += state.cookieRead(SecretFile.cookie(at: settings.cookie))
            case .failed(let failure):
                throw .init(reason: failure.reason(cookieFile: settings.cookie), cause: .link(failure))
            case .ready(let version):
                entry = Entry(address: address, version: version, method: try? link.choose(from: methods))
                return try askListeners(&connection)
            }
        }
    }

    private mutating func askListeners(_ connection: inout TorConnection) throws(TorConnection.Failure) -> [TorAddress]
    {
        guard let command = ListenersQuery.command else { return [] }
        var bytes = ByteBuffer()
        command.encode(into: &bytes)
        try connection.send(bytes)
        var query = ListenersQuery()
        var places: [TorAddress] = []
        do {
            while true {
                let line = try connection.line()
                if case .reply(let reply) = line {
                    places += Self.places(in: String(decoding: reply.text, as: UTF8.self))
                }
                if try query.accept(line) { break }
            }
        } catch {
            return []
        }
        guard let listeners = query.listeners, let sockets = listeners.controlSockets else { return [] }
        isComplete = true
        return sockets.sorted().compactMap { try? TorAddress(path: $0) }
            + listeners.control.sorted().flatMap { number in
                let named = places.filter { if case .tcp(_, number) = $0 { true } else { false } }
                return named.isEmpty ? [.tcp(.loopback, port: number)] : named
            }
    }

    /// The TCP ports in `net/listeners/control="127.0.0.1:9051" "unix:/run/tor/control"`, with the addresses that they have.
    static func places(in text: String) -> [TorAddress] {
        let key = "net/listeners/control="
        guard text.hasPrefix(key) else { return [] }
        return text.dropFirst(key.count).split(separator: " ").compactMap { word in
            guard word.hasPrefix("\""), word.hasSuffix("\""), let colon = word.lastIndex(of: ":") else { return nil }
            var host = word[..<colon].dropFirst()
            if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
            guard let address = IPAddress(host), let port = UInt16(word[colon...].dropFirst().dropLast()) else {
                return nil
            }
            return .tcp(address.unmapped, port: port)
        }
    }

    /// PROTOCOLINFO, which tor answers to anybody.
    private static func offered(at address: TorAddress) throws(TorConnection.Failure) -> Offer {
        var connection = try TorConnection(to: address)
        var bytes = ByteBuffer()
        Command(keyword: .protocolInfo, arguments: "1")?.encode(into: &bytes)
        try connection.send(bytes)
        var reply = ProtocolInfoReply()
        var cookieFile: String?
        for _ in 0..<LinkStateMachine.lineLimit {
            let line = try connection.line()
            if case .reply(let info) = line {
                cookieFile = cookieFile ?? Self.cookieFile(in: String(decoding: info.text, as: UTF8.self))
            }
            do throws(LinkFailure) {
                if try reply.append(line) { return Offer(methods: reply.methods, cookieFile: cookieFile) }
            } catch {
                throw .init(reason: error.reason(cookieFile: ""))
            }
        }
        throw .init(reason: "what answers there is not tor")
    }

    /// Of `AUTH METHODS=COOKIE COOKIEFILE="/run/tor/control.authcookie"` the path; nil if there is none from the root.
    static func cookieFile(in text: String) -> String? {
        guard text.hasPrefix("AUTH METHODS=") else { return nil }
        // Methods are names, without blanks and quotation marks.
        let rest = text.dropFirst(5).drop { $0 != " " }.dropFirst()
        guard rest.hasPrefix("COOKIEFILE="), let quoted = QuotedString.decode(rest.dropFirst(11).utf8, .c) else {
            return nil
        }
        let path = String(decoding: quoted.bytes, as: UTF8.self)
        return path.hasPrefix("/") && !path.utf8.contains(0) ? path : nil
    }

    private static func isOurs(_ address: TorAddress, _ settings: Settings, _ table: SocketListing) -> Bool {
        guard let daemon = settings.daemon else { return false }
        return table.isListening(daemon, at: address)
    }

    /// As the daemon does it: a cookie or password is shown over a Unix socket to root, to ourselves and to tor only.
    private static func distrust(
        _ peer: UnixPeer?, at address: TorAddress, _ settings: Settings, _ machine: Machine
    ) -> TorConnection.Failure? {
        guard case .unix = address else { return nil }
        guard let user = peer?.userID else {
            return .init(reason: "the kernel does not say who listens there")
        }
        guard ![0, geteuid(), settings.daemon?.user, machine.accounts.user(settings.user)].contains(user) else {
            return nil
        }
        let name = machine.accounts.userName(user)
        return .init(
            reason: "\(name) listens there, which is neither root nor '\(settings.user)' (--tor-user)",
            cause: .otherUser(machine.accounts.users.contains { $0.id == user } ? name : String(user)))
    }
}

extension TorSurvey.Door {
    /// A place where tor says, or procfs shows, that it listens.
    mutating func add(_ place: TorAddress) {
        guard case .tcp(let host, _) = place, !host.isLoopback, !networks.contains(host) else { return }
        networks.append(host)
    }
}
