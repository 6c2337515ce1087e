// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// An ADD_ONION read to its last argument (control-spec section 3.27), so that what is sent is what was judged.
///
///     C: ADD_ONION NEW:ED25519-V3 Flags=V3Auth Port=80,17600 ClientAuthV3=PCY5OWYK...
///
/// Every port is written out with an address when it is encoded; arguments keep their order.
package struct AddOnion: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package enum Argument: Hashable, Sendable {
        case port(UInt16, OnionTarget)
        case flags([Flag])
        /// `MaxStreams` and the PoW parameters.
        case parameter(Parameter, UInt32)
        /// `ClientAuth` (a name, with or without a cookie) and `ClientAuthV3` (a public key).
        case clientAuthorization(Authorization, String)
    }

    package enum Flag: String, Hashable, Sendable, CaseIterable {
        case basicAuth = "BasicAuth"
        case detach = "Detach"
        case discardPK = "DiscardPK"
        case maxStreamsCloseCircuit = "MaxStreamsCloseCircuit"
        case nonAnonymous = "NonAnonymous"
        case v3Auth = "V3Auth"
    }

    package enum Parameter: String, Hashable, Sendable, CaseIterable {
        case maxStreams = "MaxStreams"
        case powDefensesEnabled = "PoWDefensesEnabled"
        case powQueueBurst = "PoWQueueBurst"
        case powQueueRate = "PoWQueueRate"

        /// The largest value that every tor takes.
        var bound: Int {
            switch self {
            case .maxStreams: 65535
            case .powDefensesEnabled: 1
            case .powQueueBurst, .powQueueRate: Int(Int32.max)
            }
        }
    }

    package enum Authorization: String, Hashable, Sendable, CaseIterable {
        case basic = "ClientAuth"
        case v3 = "ClientAuthV3"
    }

    /// Why the arguments are none that may leave.
    package enum Unreadable: Error, Hashable, Sendable {
        case key
        case keywordArguments
        case unknownArgument
        case port
        case flags
        case value
        case clientAuthorization
        case noPort

        package var reason: String {
            switch self {
            case .key: "its key is none that tor knows"
            case .keywordArguments: "its arguments cannot be read for certain"
            case .unknownArgument: "it has an argument that is not known"
            case .port: "a port or target is none: a port, or a literal address with a port, in plain decimal"
            case .flags: "a flag is not known"
            case .value: "the value of an argument is none"
            case .clientAuthorization: "it has ClientAuth without Flags=BasicAuth before it"
            case .noPort: "it has no port"
            }
        }
    }

    /// `NEW` or the type of the key that follows.
    package let keyType: String
    /// `BEST`, a type to make, or the key itself; compare it whole. Colons at its beginning are skipped by tor
    /// (`NEW::BEST` makes a key), others it refuses.
    package let keyBlob: String
    package var arguments: [Argument]

    package init(keyType: String, keyBlob: String, arguments: [Argument]) {
        self.keyType = keyType
        self.keyBlob = keyBlob
        self.arguments = arguments
    }

    package init(parsing text: String) throws(Unreadable) {
        let key = text.prefix { $0 != " " }
        guard let colon = key.firstIndex(of: ":") else { throw .key }
        keyType = String(key[..<colon])
        keyBlob = String(key[key.index(after: colon)...])
        guard Self.keyTypes.contains(keyType.asciiUppercased), !keyBlob.isEmpty, !keyBlob.utf8.contains(.quote) else {
            throw .key
        }
        guard let parsed = KeywordArgument.parse(String(text.dropFirst(key.count)), []) else { throw .keywordArguments }
        arguments = []
        for argument in parsed { arguments.append(try Self.read(argument)) }
        guard basicAuthorizationIsFlagged else { throw .clientAuthorization }
        guard !targets.isEmpty else { throw .noPort }
    }

    private static let keyTypes: Set<String> = ["NEW", "ED25519-V3", "RSA1024"]

    /// Whether `BasicAuth` stands before any `ClientAuth`, as tor versions that knew the two wanted it.
    ///
    /// tor 0.4.9 refuses the flag; to a `ClientAuth` that it meets first it gives no reply at all, and the replies to all
    /// later commands would be taken for those of the commands before them.
    private var basicAuthorizationIsFlagged: Bool {
        for argument in arguments {
            switch argument {
            case .flags(let flags) where flags.contains(.basicAuth): return true
            case .clientAuthorization(.basic, _): return false
            case .flags, .clientAuthorization, .port, .parameter: continue
            }
        }
        return true
    }

    private static func read(_ argument: KeywordArgument) throws(Unreadable) -> Argument {
        guard let keyword = argument.keyword?.asciiLowercased, let value = argument.value else {
            throw .keywordArguments
        }
        switch keyword {
        case "port":
            return try readPort(value)
        case "flags":
            let flags = value.split(separator: ",").map { text in
                Flag.allCases.first { $0.rawValue.asciiLowercased == text.asciiLowercased }
            }
            guard !flags.isEmpty, !flags.contains(nil) else { throw .flags }
            return .flags(flags.compactMap(\.self))
        default:
            if let parameter = Parameter.allCases.first(where: { $0.rawValue.asciiLowercased == keyword }) {
                guard let number = PlainDecimal.parse(value, upTo: parameter.bound) else { throw .value }
                return .parameter(parameter, UInt32(number))
            }
            if let authorization = Authorization.allCases.first(where: { $0.rawValue.asciiLowercased == keyword }) {
                guard !value.isEmpty else { throw .value }
                return .clientAuthorization(authorization, value)
            }
            throw .unknownArgument
        }
    }

    private static func readPort(_ value: String) throws(Unreadable) -> Argument {
        let parts = value.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let virtual = PlainDecimal.port(first) else { throw .port }
        guard parts.count == 2 else { return .port(virtual, .address(.loopback, port: virtual)) }
        guard let target = OnionTarget(parts[1], virtualPort: virtual) else { throw .port }
        return .port(virtual, target)
    }

    /// Virtual ports with their targets, in order.
    package var targets: [(virtualPort: UInt16, target: OnionTarget)] {
        arguments.compactMap { if case .port(let virtual, let target) = $0 { (virtual, target) } else { nil } }
    }

    /// Whether the service stays when the connection that made it ends.
    package var isDetached: Bool {
        arguments.contains { if case .flags(let flags) = $0 { flags.contains(.detach) } else { false } }
    }

    /// The key is nothing that a description may show.
    package var description: String { "ADD_ONION \(keyType) with \(arguments.count) arguments" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    package var encoded: String {
        (["\(keyType):\(keyBlob)"] + arguments.map(\.encoded)).joined(separator: " ")
    }
}

extension AddOnion.Argument {
    package var encoded: String {
        switch self {
        case .port(let virtual, let target): "Port=\(virtual),\(target)"
        case .flags(let flags): "Flags=" + flags.map(\.rawValue).joined(separator: ",")
        case .parameter(let parameter, let value): "\(parameter.rawValue)=\(value)"
        case .clientAuthorization(let kind, let value): "\(kind.rawValue)=\(value)"
        }
    }
}
