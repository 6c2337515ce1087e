// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Daemon
import TorLink

/// Sockets that listen, as procfs lists them (proc(5), `/proc/net/tcp` and `/proc/net/unix`).
package struct SocketListing: Hashable, Sendable {
    struct Listener: Hashable, Sendable {
        enum Place: Hashable, Sendable {
            case tcp(IPAddress, port: UInt16)
            case unix(path: String)

            var text: String {
                switch self {
                case .tcp(let address, let port): "\(address.bracketed):\(port)"
                case .unix(let path): "unix:\(path)"
                }
            }
        }

        let place: Place
        let inode: UInt64
        /// Not known of Unix sockets.
        let user: UInt32?
    }

    private(set) var listeners: [Listener] = []
    /// Why some could not be read.
    private(set) var problem: Obstacle?

    package init(of machine: Machine) {
        for (name, read) in [("tcp", Self.tcp), ("tcp6", Self.tcp), ("unix", Self.unix)] {
            switch machine.text("\(machine.proc)/net/\(name)") {
            case .value(let text): listeners += text.split(separator: "\n").dropFirst().compactMap(read)
            // A kernel without IPv6.
            case .missing where name == "tcp6": continue
            case let other: problem = problem ?? "\(machine.proc)/net/\(name): \(other.problem.text)"
            }
        }
    }

    /// Those that a program finds at a port of this machine: of 127.0.0.1, ::1 or whatever else is loopback.
    func tcp(port: UInt16) -> [Listener] {
        listeners.filter { listener in
            guard case .tcp(let address, port) = listener.place else { return false }
            return address.isLoopback || address.isUnspecified
        }
    }

    /// Whether somebody listens on this very address: connections then go there, and not to who listens on all.
    func hasOwn(_ address: IPAddress, _ port: UInt16) -> Bool {
        listeners.contains { $0.place == .tcp(address, port: port) }
    }

    /// Whether the daemon is who listens there: its socket if they can be seen, else one of a user that only it has.
    func isListening(_ daemon: DaemonFacts, at address: TorAddress) -> Bool {
        listeners.contains { listener in
            switch (listener.place, address) {
            case (.unix(let path), .unix(let other)): guard Self.wasBound(path, for: other) else { return false }
            case (.tcp(let host, let port), .tcp(let other, let otherPort)):
                guard port == otherPort, host == other || host.isUnspecified else { return false }
            default: return false
            }
            return daemon.sockets?.contains(listener.inode) ?? (daemon.user != 0 && listener.user == daemon.user)
        }
    }

    /// Whether a socket of ours that procfs lists by this path is the one of the other path: procfs keeps the name that a socket was
    /// bound by, and ours are bound under temporary names and then renamed.
    static func wasBound(_ bound: String, for path: String) -> Bool {
        if bound == path { return true }
        if bound.hasSuffix(applicationTemporary) {
            return bound.dropLast(applicationTemporary.count) + applicationName == path
        }
        guard bound.hasPrefix(path + ".") else { return false }
        return isNumber(bound.dropFirst(path.utf8.count + 1))
    }

    /// The path that it has been given since, as its name says it; for those of which nobody knows.
    static func renamed(_ bound: String) -> String {
        if bound.hasSuffix(applicationTemporary) { return bound.dropLast(applicationTemporary.count) + applicationName }
        guard let dot = bound.lastIndex(of: "."), isNumber(bound[dot...].dropFirst()) else { return bound }
        return String(bound[..<dot])
    }

    private static let applicationTemporary = ApplicationsDirectory.boundEnding
    private static let applicationName = ApplicationsDirectory.ending

    /// A number of 32 bits to the base of 36.
    private static func isNumber(_ text: Substring) -> Bool {
        (1...7).contains(text.utf8.count)
            && text.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }
    }

    /// `sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode ...`, state 0A being LISTEN.
    private static func tcp(_ line: Substring) -> Listener? {
        let words = line.split(separator: " ")
        guard words.count > 9, words[3] == "0A", let inode = UInt64(words[9]) else { return nil }
        let parts = words[1].split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), let address = address(parts[0]) else {
            return nil
        }
        return Listener(place: .tcp(address, port: port), inode: inode, user: UInt32(words[7]))
    }

    /// Groups of four bytes, each a number of this machine's byte order.
    private static func address(_ digits: Substring) -> IPAddress? {
        var octets: [UInt8] = []
        var rest = digits
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word) { octets += $0 }
            rest = rest.dropFirst(8)
        }
        return IPAddress(octets: octets)?.unmapped
    }

    /// `Num RefCount Protocol Flags Type St Inode Path`; flag 10000 is a socket that listens.
    private static func unix(_ line: Substring) -> Listener? {
        let words = line.split(separator: " ", maxSplits: 7)
        guard words.count == 8, let flags = UInt32(words[3], radix: 16), flags & 0x10000 != 0,
            let inode = UInt64(words[6]), words[7].hasPrefix("/")
        else { return nil }
        return Listener(place: .unix(path: String(words[7])), inode: inode, user: nil)
    }
}
