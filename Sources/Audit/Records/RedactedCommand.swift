// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Sessions

/// A command as a log may show it: keys, passwords and cookies taken out, and nothing shown of what could not be read.
///
/// Control characters cannot occur (a command holds printable ASCII only), so that a line stays a line.
package struct RedactedCommand: Hashable, Sendable, CustomStringConvertible {
    /// The keyword, with `+` before it if it has a body; `?` for one that tor does not have.
    package let name: String
    /// Nil if there are none, or they could not be read.
    package let arguments: String?
    /// How long what could not be read was; of a body, how long that is.
    package let byteCount: Int?
    private let isRead: Bool

    /// Longer arguments are cut: a log is read by people, and written at the clients' will.
    package static let lengthLimit = 512

    private static let secret = "[secret]"

    package init(_ subject: CommandObservation.Subject) {
        switch subject {
        case .command(let command): self.init(command)
        case .malformed(let keyword, let length): self.init(unread: keyword, length: length)
        }
    }

    package init(_ command: Command) {
        guard Keyword.known.contains(command.keyword), let arguments = Self.redact(command) else {
            self.init(unread: command.keyword, length: command.line.utf8.count)
            return
        }
        let isLong = arguments.utf8.count > Self.lengthLimit
        self.init(
            name: command.ruleName,
            arguments: arguments.isEmpty ? nil : isLong ? arguments.prefix(Self.lengthLimit) + "..." : arguments,
            byteCount: command.body?.byteCount,
            isRead: true
        )
    }

    /// The keyword if it is one of tor's, and how much there was.
    private init(unread keyword: Keyword?, length: Int) {
        self.init(
            name: keyword.map(Self.name(of:)) ?? "?",
            arguments: nil,
            byteCount: length,
            isRead: false
        )
    }

    /// The keyword if it is one of tor's.
    static func name(of keyword: Keyword) -> String { Keyword.known.contains(keyword) ? keyword.name : "?" }

    private init(name: String, arguments: String?, byteCount: Int?, isRead: Bool) {
        self.name = name
        self.arguments = arguments
        self.byteCount = byteCount
        self.isRead = isRead
    }

    /// Whether it shows all that there is of the command.
    func isWhole(_ command: Command) -> Bool {
        isRead && name == command.ruleName && (arguments ?? "") == command.arguments && command.body == nil
    }

    package var description: String {
        let line = arguments.map { "\(name) \($0)" } ?? name
        return byteCount.map { "\(line) (\($0) bytes\(isRead ? " of data" : ""))" } ?? line
    }

    /// Nil if the arguments cannot be told apart, so that a secret may stand anywhere.
    private static func redact(_ command: Command) -> String? {
        switch command.keyword {
        case .authenticate, .authChallenge:
            command.arguments.isEmpty ? "" : secret
        case .addOnion:
            (try? AddOnion(parsing: command.arguments)).map { redact(command.arguments, as: $0) }
        case .setConf, .resetConf:
            ConfAssignments(arguments: command.arguments).map(redact)
        case .onionClientAuthAdd:
            redactClientAuthorization(command.arguments)
        case .onionClientAuthRemove, .onionClientAuthView, .delOnion:
            command.arguments.words.allSatisfy(PlainWord.isServiceID) ? command.arguments : nil
        case .getConf:
            GetConf(arguments: command.arguments).map { $0.options.map(name).joined(separator: " ") }
        case .setEvents:
            SetEvents(arguments: command.arguments)?.events.allSatisfy(EventName.known.contains) == true
                ? command.arguments : nil
        case .protocolInfo:
            command.arguments.utf8.allSatisfy { $0.isDecimalDigit || $0 == .space } ? command.arguments : nil
        // None of these has any, so whatever stands there is not what it should be.
        case .quit, .takeOwnership, .dropOwnership, .loadConf:
            command.arguments.isEmpty ? "" : nil
        case .getInfo:
            shown(command.arguments.words, PlainWord.shownKey)
        default:
            shown(command.arguments.words, PlainWord.shown)
        }
    }

    /// As many words as there is room for, and what is cut off if there are more.
    private static func shown(_ words: [Substring], _ show: (Substring) -> String) -> String {
        var text = ""
        for word in words {
            if !text.isEmpty { text += " " }
            text += show(word)
            guard text.utf8.count <= lengthLimit else { break }
        }
        return text
    }

    /// `BEST` or a type: what stands there instead may be a key whose type was forgotten.
    private static let newKeys: Set<String> = ["BEST", "ED25519-V3", "RSA1024"]

    /// The words as they were sent, which is how the client asked, with key and client authorization taken out.
    private static func redact(_ arguments: String, as service: AddOnion) -> String {
        let isNew = service.keyType.asciiUppercased == "NEW" && newKeys.contains(service.keyBlob.asciiUppercased)
        let words = arguments.words
        let rest = words.dropFirst().map { word in
            word.asciiLowercased.hasPrefix("clientauth") ? "\(word.prefix { $0 != "=" })=\(secret)" : String(word)
        }
        return ([isNew ? String(words[0]) : "\(service.keyType):\(secret)"] + rest).joined(separator: " ")
    }

    /// What is no option of tor's may be anything: `SETCONF Socks5ProxyPassword hunter2` names two, to tor.
    private static func name(_ option: ConfOption) -> String { option.isKnown ? option.name : "?" }

    /// The values of options that hold secrets are hidden, those that look like one, and options that are not known with theirs.
    private static func redact(_ assignments: ConfAssignments) -> String {
        assignments.assignments.map { assignment in
            guard assignment.argument.value != nil else { return name(assignment.option) }
            guard assignment.option.isKnown, !assignment.option.isSecret, !PlainWord.mayHoldSecret(assignment.value)
            else {
                return "\(name(assignment.option))=\(secret)"
            }
            return assignment.argument.encoded
        }.joined(separator: " ")
    }

    /// `ONION_CLIENT_AUTH_ADD HSAddress KeyType:KeyBlob [ClientName=...] [Flags=...]`
    private static func redactClientAuthorization(_ arguments: String) -> String? {
        let words = arguments.words
        guard words.count >= 2, PlainWord.isServiceID(words[0]) else { return nil }
        let rest = words.dropFirst(2)
        guard rest.allSatisfy(isClientAuthorizationParameter) else { return nil }
        return ([words[0], secret[...]] + rest).joined(separator: " ")
    }

    /// A name is at most as long as tor takes it.
    private static func isClientAuthorizationParameter(_ word: Substring) -> Bool {
        let text = word.asciiLowercased
        return text == "flags=permanent" || text.hasPrefix("clientname=") && text.utf8.count <= 11 + 16
    }
}
