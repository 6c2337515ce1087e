// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

/// An ADD_ONION of the trail, as far as `onions` of a profile can say it.
struct PublishedService: Hashable, Sendable {
    /// Why `onions` has no words for it.
    struct Unspeakable: Error, Hashable {
        let why: String
    }

    enum Target: Hashable, Sendable {
        case port(UInt16)
        case path(String)
    }

    let key: OnionsRule.Key
    let ports: [UInt16]
    /// In the order of the ports.
    let targets: [Target]
    let flags: [AddOnion.Flag]
    let parameters: [OnionsRule.Parameter]
    /// The command with keys that are nobody's in place of those that were taken out.
    let example: String

    static let secret = "[secret]"
    private static let keyBlob = String(repeating: "A", count: 86) + "=="

    /// - Parameter addresses: those that the application connects from.
    init(_ arguments: String, addresses: Set<IPAddress>) throws(Unspeakable) {
        let service: AddOnion
        do {
            service = try AddOnion(parsing: arguments)
        } catch {
            throw Unspeakable(why: error.reason)
        }
        key = try Self.key(of: service)
        var ports: [UInt16] = []
        var targets: [Target] = []
        var flags: [AddOnion.Flag] = []
        var parameters: [OnionsRule.Parameter] = []
        var clients = 0
        for argument in service.arguments {
            switch argument {
            case .port(let virtual, let target):
                guard !ports.contains(virtual) else { throw Unspeakable(why: "it names a port twice") }
                ports.append(virtual)
                targets.append(try Self.target(target, addresses))
            case .flags(let more):
                guard !more.contains(.basicAuth) else { throw Unspeakable(why: "no tor of today knows BasicAuth") }
                guard Set(more).count == more.count, flags.allSatisfy({ !more.contains($0) }) else {
                    throw Unspeakable(why: "it names a flag twice")
                }
                flags += more
            case .parameter(let name, _):
                guard let parameter = OnionsRule.Parameter(rawValue: name.rawValue), !parameters.contains(parameter)
                else { throw Unspeakable(why: "it names \(name.rawValue) twice") }
                parameters.append(parameter)
            case .clientAuthorization(.basic, _):
                throw Unspeakable(why: "no tor of today knows ClientAuth")
            case .clientAuthorization(.v3, let key):
                guard key == Self.secret else { throw Unspeakable(why: "its ClientAuthV3 is no record's") }
                clients += 1
                if !parameters.contains(.clientAuthV3) { parameters.append(.clientAuthV3) }
            }
        }
        guard clients <= 32 else { throw Unspeakable(why: "it is for more clients than can be told apart here") }
        (self.ports, self.targets, self.flags, self.parameters) = (ports, targets, flags, parameters)
        example = Self.example(arguments)
    }

    private static func key(of service: AddOnion) throws(Unspeakable) -> OnionsRule.Key {
        switch (service.keyType.asciiUppercased, service.keyBlob.asciiUppercased) {
        case ("NEW", "BEST"), ("NEW", "ED25519-V3"): return .new
        case ("ED25519-V3", _) where service.keyBlob == secret: return .own
        case ("NEW", _), ("RSA1024", _): throw Unspeakable(why: "its key is none of a service of today")
        default: throw Unspeakable(why: "its key is none that tor knows")
        }
    }

    private static func target(_ target: OnionTarget, _ addresses: Set<IPAddress>) throws(Unspeakable) -> Target {
        switch GuardedTargets.usual.refusal(of: target, named: [target]) {
        case .controlPort?: throw Unspeakable(why: Reason.target(.controlPort, nil).text)
        case .proxyPort?: throw Unspeakable(why: Reason.target(.proxyPort, nil).text)
        case .controlSocket?: throw Unspeakable(why: Reason.target(.controlSocket, nil).text)
        case .unixSocket?, .unknownPath?, nil: break
        }
        switch target {
        case .unix(let path):
            guard OnionTarget.isPlain(path) else { throw Unspeakable(why: "its path is none that a profile can name") }
            return .path(path)
        case .address(let address, let port):
            if GuardedTargets.usual.torListeners.proxies.contains(port) {
                throw Unspeakable(why: Reason.target(.proxyPort, nil).text)
            }
            guard address.isLoopback || addresses.contains(address.unmapped) else {
                throw Unspeakable(why: "it leads to \(address), which is another machine")
            }
            return .port(port)
        }
    }

    /// Each client gets a key of its own: one that comes twice is refused.
    private static func example(_ arguments: String) -> String {
        var client = 0
        return arguments.words.map { word -> String in
            guard word.hasSuffix(secret) else { return String(word) }
            let head = word.dropLast(secret.count)
            guard head.asciiLowercased.hasPrefix("clientauthv3=") else { return head + keyBlob }
            let letter = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")[client % 32]
            client += 1
            return head + String(repeating: "A", count: 50) + "\(letter)A"
        }.joined(separator: " ")
    }
}
