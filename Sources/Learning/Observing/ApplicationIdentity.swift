// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit
import Policies

/// What tells one application from another in a trail, the strongest that is known of a client: a socket of its own, a label that
/// confines it, its executable, its unit, and where nothing of these is known its user. An interpreter is nobody's executable.
package enum ApplicationIdentity: Hashable, Sendable {
    case socket(String)
    case label(String)
    case executable(String)
    case unit(String)
    /// Nothing but the user is known: any of its programs.
    case user(UInt32)
    case host(String)
    case unknown

    package init(_ client: AuditedClient) {
        if client.transport == .socket, let name = client.socket {
            self = .socket(name)
        } else if client.transport == .remote {
            self = client.address.map { .host($0) } ?? .unknown
        } else if let label = client.confiningLabel {
            self = .label(label)
        } else if let executable = client.executable, Interpreter.name(at: executable) == nil {
            self = .executable(executable)
        } else if let unit = client.tellingUnit {
            self = .unit(unit)
        } else if let user = client.uid {
            self = .user(user)
        } else {
            self = .unknown
        }
    }

    /// The same in words, for a list to choose from; nothing in it is escaped.
    package var text: String {
        switch self {
        case .socket(let name): "socket \(name)"
        case .label(let label): "AppArmor label \(label)"
        case .executable(let path): path
        case .unit(let unit): "unit \(unit)"
        case .user(let uid): "programs of uid \(uid) of which nothing else is known"
        case .host(let address): "host \(address)"
        case .unknown: "clients of which nothing is known"
        }
    }

    /// What a profile for it may be called: small letters, digits and `-`.
    package var profileName: String {
        let source: String =
            switch self {
            case .socket(let name), .label(let name), .executable(let name): name
            case .unit(let unit):
                unit.hasPrefix("user:") ? String(unit.dropFirst(5)) : unit
            case .user(let uid): "uid-\(uid)"
            case .host(let address): "host-\(address)"
            case .unknown: "unknown"
            }
        let last = source.split(separator: "/").last.map(String.init) ?? source
        let stem = last.hasSuffix(".service") ? String(last.dropLast(8)) : last
        let letters = stem.lowercased().utf8.map { byte -> Character in
            let isPlain = (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            return isPlain ? Character(Unicode.Scalar(byte)) : "-"
        }
        let words = String(letters).split(separator: "-").joined(separator: "-").prefix(48)
        return words.isEmpty ? "application" : String(words)
    }
}

extension AuditedClient {
    /// The label where it confines: one in `(unconfined)` mode only names a program.
    var confiningLabel: String? {
        guard let label, label != "unconfined", labelMode != "unconfined" else { return nil }
        return label
    }

    /// The unit where it is a program's and not a login's: a service, or what a desktop starts an application in. The number at
    /// the end of such a scope is another each time.
    var tellingUnit: String? {
        guard let unit, unitDoubt == nil, !unit.utf8.contains(UInt8(ascii: "*")) else { return nil }
        guard unit.hasPrefix("user:") else {
            return unit.hasSuffix(".service") && !unit.hasPrefix("user@") ? unit : nil
        }
        let name = unit.dropFirst(5)
        if name.hasSuffix(".service") { return name.hasPrefix("dbus") ? nil : unit }
        guard name.hasPrefix("app-"), name.hasSuffix(".scope") else { return nil }
        let stem = name.dropLast(6)
        guard let dash = stem.lastIndex(of: "-"), stem[stem.index(after: dash)...].allSatisfy(\.isNumber),
            stem[..<dash].utf8.count > 4
        else { return nil }
        return "user:\(stem[...dash])*.scope"
    }
}
