// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What a profile's `onions` lets a client publish, judged by meaning on parsed arguments: what is not listed is not allowed.
///
/// Their order, the case of letters and how often `Flags=` is said change nothing, so that no spelling carries an argument past it.
package struct OnionsRule: Sendable {
    package enum Key: String, Hashable, Sendable, CaseIterable {
        /// A key that tor makes.
        case new
        /// A key that the client brings.
        case own
    }

    package enum Parameter: String, Hashable, Sendable, CaseIterable {
        case clientAuthV3 = "ClientAuthV3"
        case maxStreams = "MaxStreams"
        case powDefensesEnabled = "PoWDefensesEnabled"
        case powQueueRate = "PoWQueueRate"
        case powQueueBurst = "PoWQueueBurst"
    }

    package let origin: RuleOrigin
    package let keys: Set<Key>
    /// Virtual ports.
    package let ports: [ClosedRange<UInt16>]
    /// Ports of the client's machine.
    package let targetPorts: [ClosedRange<UInt16>]
    /// Targets that are named with an address, or by the path of a Unix socket.
    package let places: Set<OnionTarget>
    package let flags: Set<AddOnion.Flag>
    package let addedFlags: [AddOnion.Flag]
    package let parameters: Set<Parameter>
    /// Services of one session; nil for any number.
    package let max: Int?

    package init(
        origin: RuleOrigin,
        keys: Set<Key>,
        ports: [ClosedRange<UInt16>],
        targetPorts: [ClosedRange<UInt16>],
        places: Set<OnionTarget> = [],
        flags: Set<AddOnion.Flag> = [],
        addedFlags: [AddOnion.Flag] = [],
        parameters: Set<Parameter> = [],
        max: Int? = nil
    ) {
        self.origin = origin
        self.keys = keys
        self.ports = ports
        self.targetPorts = targetPorts
        self.places = places
        self.flags = flags
        self.addedFlags = addedFlags
        self.parameters = parameters
        self.max = max
    }

    /// The service as it may leave: key, flags once, then the rest in written order (control-spec section 3.27).
    func admit(_ service: AddOnion, _ facts: SessionFacts) throws(ServiceRefusal) -> AddOnion {
        let (keyType, keyBlob) = try admitKey(service)
        let flags = try admitFlags(service)
        var rest: [AddOnion.Argument] = []
        var seen = Seen()
        for argument in service.arguments {
            if case .flags = argument { continue }
            rest.append(try admit(argument, &seen, facts.client))
        }
        if let max, facts.ownership.serviceCount >= max { throw .tooMany(max) }
        return AddOnion(
            keyType: keyType,
            keyBlob: keyBlob,
            arguments: (flags.isEmpty ? [] : [.flags(flags)]) + rest
        )
    }

    // MARK: The key

    private func admitKey(_ service: AddOnion) throws(ServiceRefusal) -> (type: String, blob: String) {
        let type = service.keyType.asciiUppercased
        switch type {
        case "NEW":
            let kind = service.keyBlob.asciiUppercased
            guard ["BEST", "ED25519-V3"].contains(kind) else { throw .keyType }
            guard keys.contains(.new) else { throw .key(.new) }
            return (type, kind)
        case "ED25519-V3":
            guard let blob = Self.padded(service.keyBlob) else { throw .keyBlob }
            guard keys.contains(.own) else { throw .key(.own) }
            return (type, blob)
        default:
            throw .keyType
        }
    }

    /// 64 bytes in base64, with its padding; tor reads more than that as a key, and nobody knows what it makes of it.
    private static func padded(_ text: String) -> String? {
        let digits = text.hasSuffix("==") ? text.dropLast(2) : text[...]
        // The last of 86 digits has two bits, at its upper end.
        guard digits.utf8.count == 86, digits.utf8.allSatisfy(isBase64), digits.last.map("AQgw".contains) == true else {
            return nil
        }
        return digits + "=="
    }

    private static func isBase64(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDecimalDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
    }

    // MARK: The arguments

    /// What a service says of itself once.
    private struct Seen {
        var ports: Set<UInt16> = []
        var parameters: Set<Parameter> = []
        var clients: Set<String> = []
    }

    /// Flags in the order in which they are given, and behind them those that are added.
    private func admitFlags(_ service: AddOnion) throws(ServiceRefusal) -> [AddOnion.Flag] {
        var given: [AddOnion.Flag] = []
        for case .flags(let more) in service.arguments {
            for flag in more {
                guard flags.contains(flag) else { throw .flag(flag) }
                guard !given.contains(flag) else { throw .repeated(flag.rawValue) }
                given.append(flag)
            }
        }
        return given + addedFlags.filter { !given.contains($0) }
    }

    private func admit(
        _ argument: AddOnion.Argument,
        _ seen: inout Seen,
        _ client: Client
    ) throws(ServiceRefusal) -> AddOnion.Argument {
        switch argument {
        case .flags:
            return argument
        case .port(let virtual, let target):
            guard ports.contains(where: { $0.contains(virtual) }) else { throw .port(virtual) }
            guard seen.ports.insert(virtual).inserted else { throw .repeated("Port=\(virtual)") }
            return .port(virtual, try admit(target, client))
        case .parameter(let name, _):
            guard let parameter = Parameter(rawValue: name.rawValue), parameters.contains(parameter) else {
                throw .parameter(name.rawValue)
            }
            guard seen.parameters.insert(parameter).inserted else { throw .repeated(name.rawValue) }
            return argument
        case .clientAuthorization(.basic, _):
            throw .parameter(AddOnion.Authorization.basic.rawValue)
        case .clientAuthorization(.v3, let key):
            guard parameters.contains(.clientAuthV3) else { throw .parameter(Parameter.clientAuthV3.rawValue) }
            guard key.utf8.count == 52, key.utf8.allSatisfy(Self.isBase32) else { throw .clientKey }
            guard seen.clients.insert(key.asciiLowercased).inserted else { throw .repeatedClientKey }
            return argument
        }
    }

    private static func isBase32(_ byte: UInt8) -> Bool {
        byte.isLetter || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains(byte)
    }

    /// A place that is named stays; a port that is listed is one of the client's own machine, whatever address came with it.
    private func admit(_ target: OnionTarget, _ client: Client) throws(ServiceRefusal) -> OnionTarget {
        if places.contains(target) { return target }
        guard case .address(_, let port) = target, targetPorts.contains(where: { $0.contains(port) }) else {
            throw .target(target)
        }
        return .address(client.isLocal ? .loopback : client.address, port: port)
    }
}
