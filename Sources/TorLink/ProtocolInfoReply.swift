// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// The reply to `PROTOCOLINFO 1`, taken line by line (control-spec section 3.21).
///
///     250-PROTOCOLINFO 1
///     250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/tor/control.authcookie"
///     250-VERSION Tor="0.4.9.11"
///     250 OK
///
/// The specification asks controllers to pass over info lines and methods that they do not know, and what stands behind
/// the arguments that they do. The name of the cookie file is not kept.
package struct ProtocolInfoReply: Sendable {
    package private(set) var methods: Set<AuthenticationMethod> = []
    private(set) var version: TorVersion?
    private var hasBegun = false
    private var hasMethods = false

    package init() {}

    /// Takes the next line; true if it was the last.
    package mutating func append(_ line: TorLine) throws(LinkFailure) -> Bool {
        guard case .reply(let reply) = line else { throw Self.malformed }
        if !hasBegun { try reply.refuseErrors(of: .protocolInfo) }
        guard reply.status.value == 250, reply.text.allSatisfy(\.isPrintable) else { throw Self.malformed }
        let text = String(decoding: reply.text, as: UTF8.self)
        switch reply.kind {
        case .data:
            throw Self.malformed
        case .end:
            guard reply.isOK, hasMethods else { throw Self.malformed }
            return true
        case .mid where !hasBegun:
            guard text == "PROTOCOLINFO 1" else { throw Self.malformed }
            hasBegun = true
        case .mid:
            try readInfoLine(text)
        }
        return false
    }

    private static let malformed = LinkFailure.malformedReply(.protocolInfo)

    private mutating func readInfoLine(_ text: String) throws(LinkFailure) {
        let keyword = text.prefix { $0 != " " }
        let arguments = text[keyword.endIndex...].dropFirst()
        switch keyword {
        case "AUTH":
            guard !hasMethods, let methods = Self.readMethods(arguments) else { throw Self.malformed }
            self.methods = methods
            hasMethods = true
        case "VERSION":
            guard version == nil, let version = Self.readVersion(arguments) else { throw Self.malformed }
            self.version = version
        case "PROTOCOLINFO":
            throw Self.malformed
        default:
            guard Keyword(keyword) != nil else { throw Self.malformed }
        }
    }

    /// `"METHODS=" AuthMethod *("," AuthMethod) *(SP "COOKIEFILE=" AuthCookieFile)`
    private static func readMethods(_ arguments: Substring) -> Set<AuthenticationMethod>? {
        guard let list = value(of: "METHODS=", in: arguments) else { return nil }
        let names = list.prefix { $0 != " " }
        let methods = names.split(separator: ",", omittingEmptySubsequences: false)
        guard methods.allSatisfy({ Keyword($0) != nil }) else { return nil }
        let rest = list[names.endIndex...].dropFirst()
        if let file = value(of: "COOKIEFILE=", in: rest) {
            guard let quoted = QuotedString.decode(file.utf8, .c), isAtBlankOrEnd(file[quoted.end...]) else {
                return nil
            }
        }
        return Set(methods.compactMap { AuthenticationMethod(rawValue: String($0)) })
    }

    /// `"Tor=" QuotedString OptArguments`
    private static func readVersion(_ arguments: Substring) -> TorVersion? {
        guard let quoted = value(of: "Tor=\"", in: arguments) else { return nil }
        let text = quoted.prefix { $0 != "\"" }
        let rest = quoted[text.endIndex...]
        guard rest.first == "\"", isAtBlankOrEnd(rest.dropFirst()) else { return nil }
        return TorVersion(text)
    }

    private static func value(of key: String, in text: Substring) -> Substring? {
        text.hasPrefix(key) ? text.dropFirst(key.count) : nil
    }

    private static func isAtBlankOrEnd(_ text: Substring) -> Bool { text.isEmpty || text.first == " " }
}
