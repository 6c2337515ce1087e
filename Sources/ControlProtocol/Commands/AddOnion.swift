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
        let key = text.utf8.prefix { $0 != .space }
        guard let colon = key.firstIndex(of: UInt8(ascii: ":")) else { throw .key }
        keyType = String(text[..<colon])
        keyBlob = String(text[key.index(after: colon)..<key.endIndex])
        guard Self.isKeyType(keyType.asciiUppercased), !keyBlob.isEmpty, !keyBlob.utf8.contains(.quote) else {
            throw .key
        }
        let rest = text[key.endIndex...]
        guard let parsed = rest.withBytes({ KeywordArgument.parse($0, []) }) else { throw .keywordArguments }
        arguments = []
        arguments.reserveCapacity(parsed.count)
        for argument in parsed { arguments.append(try Self.read(argument)) }
        guard basicAuthorizationIsFlagged else { throw .clientAuthorization }
        guard !targets.isEmpty else { throw .noPort }
    }

    /// The service, or why the arguments are none.
    package static func read(_ arguments: String) -> Result<AddOnion, Unreadable> {
        do throws(Unreadable) {
            return .success(try AddOnion(parsing: arguments))
        } catch {
            return .failure(error)
        }
    }

    private static func isKeyType(_ text: String) -> Bool { text == "NEW" || text == "ED25519-V3" || text == "RSA1024" }

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
            var flags: [Flag] = []
            for text in value.utf8.split(separator: UInt8(ascii: ",")) {
                guard let flag = Flag.named[Substring(text).asciiLowercased] else { throw .flags }
                flags.append(flag)
            }
            guard !flags.isEmpty else { throw .flags }
            return .flags(flags)
        default:
            if let parameter = Parameter.named[keyword] {
                guard let number = PlainDecimal.parse(value, upTo: parameter.bound) else { throw .value }
                return .parameter(parameter, UInt32(number))
            }
            if let authorization = Authorization.named[keyword] {
                guard !value.isEmpty else { throw .value }
                return .clientAuthorization(authorization, value)
            }
            throw .unknownArgument
        }
    }

    private static func readPort(_ value: String) throws(Unreadable) -> Argument {
        let comma = value.utf8.firstIndex(of: UInt8(ascii: ","))
        guard let virtual = PlainDecimal.port(value[..<(comma ?? value.endIndex)]) else { throw .port }
        guard let comma else { return .port(virtual, .address(.loopback, port: virtual)) }
        guard let target = OnionTarget(value[value.utf8.index(after: comma)...], virtualPort: virtual) else {
            throw .port
        }
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
        var text = ""
        // As many as most arguments take: the text is written in one place.
        text.reserveCapacity(keyBlob.utf8.count + 32 * (arguments.count + 1))
        text += keyType
        text += ":"
        text += keyBlob
        for argument in arguments {
            text += " "
            argument.encode(into: &text)
        }
        return text
    }
}

extension AddOnion.Argument {
    package var encoded: String {
        var text = ""
        encode(into: &text)
        return text
    }

    fileprivate func encode(into text: inout String) {
        switch self {
        case .port(let virtual, let target):
            text += "Port="
            text += String(virtual)
            text += ","
            text += target.description
        case .flags(let flags):
            text += "Flags="
            for (index, flag) in flags.enumerated() {
                if index > 0 { text += "," }
                text += flag.rawValue
            }
        case .parameter(let parameter, let value):
            text += parameter.rawValue
            text += "="
            text += String(value)
        case .clientAuthorization(let kind, let value):
            text += kind.rawValue
            text += "="
            text += value
        }
    }
}

extension CaseIterable where Self: RawRepresentable<String>, Self: Hashable {
    /// By the name in lower case.
    fileprivate static var byName: [String: Self] {
        Dictionary(allCases.map { ($0.rawValue.asciiLowercased, $0) }, uniquingKeysWith: { first, _ in first })
    }
}

extension AddOnion.Flag {
    fileprivate static let named = byName
}

extension AddOnion.Parameter {
    fileprivate static let named = byName
}

extension AddOnion.Authorization {
    fileprivate static let named = byName
}
