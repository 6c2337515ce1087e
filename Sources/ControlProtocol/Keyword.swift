// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a command, without regard to case (control-spec section 2.2), spelt in capitals.
package struct Keyword: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline
    package let name: String

    /// Nil if the text is no keyword: letters, digits, `_` and `-`, at most 64 of them.
    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let keyword = text.withBytes({ Keyword($0) }) else { return nil }
        self = keyword
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard (1...64).contains(bytes.count), bytes.allSatisfy(Self.isPart) else { return nil }
        name = String(uppercasing: bytes)
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDecimalDigit || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private init(known name: String) { self.name = name }

    package var description: String { name }

    // Written out, so that other modules compare names and do not call through the conformance.
    @inlinable
    package static func == (left: Keyword, right: Keyword) -> Bool { left.name == right.name }
    @inlinable
    package static func ~= (pattern: Keyword, value: Keyword) -> Bool { pattern.name == value.name }

    package static let addOnion = Keyword(known: "ADD_ONION")
    package static let authChallenge = Keyword(known: "AUTHCHALLENGE")
    package static let authenticate = Keyword(known: "AUTHENTICATE")
    package static let closeCircuit = Keyword(known: "CLOSECIRCUIT")
    package static let closeStream = Keyword(known: "CLOSESTREAM")
    package static let delOnion = Keyword(known: "DEL_ONION")
    package static let dropOwnership = Keyword(known: "DROPOWNERSHIP")
    package static let extendCircuit = Keyword(known: "EXTENDCIRCUIT")
    package static let getConf = Keyword(known: "GETCONF")
    package static let getInfo = Keyword(known: "GETINFO")
    package static let hsFetch = Keyword(known: "HSFETCH")
    package static let loadConf = Keyword(known: "LOADCONF")
    package static let mapAddress = Keyword(known: "MAPADDRESS")
    package static let onionClientAuthAdd = Keyword(known: "ONION_CLIENT_AUTH_ADD")
    package static let onionClientAuthRemove = Keyword(known: "ONION_CLIENT_AUTH_REMOVE")
    package static let onionClientAuthView = Keyword(known: "ONION_CLIENT_AUTH_VIEW")
    package static let protocolInfo = Keyword(known: "PROTOCOLINFO")
    package static let quit = Keyword(known: "QUIT")
    package static let resetConf = Keyword(known: "RESETCONF")
    package static let setConf = Keyword(known: "SETCONF")
    package static let setEvents = Keyword(known: "SETEVENTS")
    package static let takeOwnership = Keyword(known: "TAKEOWNERSHIP")

    /// The commands of control-spec section 3. Others may be forwarded where a profile lists them, but what a client
    /// writes in place of a keyword is not repeated in a log.
    package static let known: Set<Keyword> = Set(
        [
            "ADD_ONION", "ATTACHSTREAM", "AUTHCHALLENGE", "AUTHENTICATE", "CLOSECIRCUIT", "CLOSESTREAM", "DEL_ONION",
            "DROPGUARDS", "DROPOWNERSHIP", "DROPTIMEOUTS", "EXTENDCIRCUIT", "GETCONF", "GETINFO", "HSFETCH", "HSPOST",
            "LOADCONF", "MAPADDRESS", "ONION_CLIENT_AUTH_ADD", "ONION_CLIENT_AUTH_REMOVE", "ONION_CLIENT_AUTH_VIEW",
            "POSTDESCRIPTOR", "PROTOCOLINFO", "QUIT", "REDIRECTSTREAM", "RESETCONF", "RESOLVE", "SAVECONF",
            "SETCIRCUITPURPOSE",
            "SETCONF", "SETEVENTS", "SETROUTERPURPOSE", "SIGNAL", "TAKEOWNERSHIP", "USEFEATURE",
        ].map(Keyword.init(known:))
    )
}
