// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Sessions

/// A command as a log may show it: keys, passwords and cookies taken out, and nothing shown of what could not be read.
///
/// Control characters cannot occur (a command holds printable ASCII only), so that a line stays a line.
package struct RedactedCommand: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// Longer arguments are cut: a log is read by people, and written at the clients' will.
    package static let lengthLimit = 512

    private static let secret = "[secret]"

    package init(_ subject: CommandObservation.Subject) {
        switch subject {
        case .command(let command): self.init(command)
        case .malformed(let keyword, let length): self.init(description: Self.unread(keyword, length: length))
        }
    }

    private init(description: String) { self.description = description }

    package init(_ command: Command) {
        guard Keyword.known.contains(command.keyword), let arguments = Self.redact(command) else {
            self.init(description: Self.unread(command.keyword, length: command.line.utf8.count))
            return
        }
        let shown =
            arguments.utf8.count > Self.lengthLimit ? arguments.prefix(Self.lengthLimit) + "..." : arguments[...]
        let line = shown.isEmpty ? command.ruleName : "\(command.ruleName) \(shown)"
        self.init(description: command.body.map { "\(line) (\($0.byteCount) bytes of data)" } ?? line)
    }

    /// The keyword if it is one of tor's, and how much there was.
    private static func unread(_ keyword: Keyword?, length: Int) -> String {
        let name = keyword.flatMap { Keyword.known.contains($0) ? $0.name : nil } ?? "?"
        return "\(name) (\(length) bytes)"
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
            command.arguments.words.allSatisfy(isServiceID) ? command.arguments : nil
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
        default:
            command.arguments
        }
    }

    /// `BEST` or a type: what stands there instead may be a key whose type was forgotten.
    private static let newKeys: Set<String> = ["BEST", "ED25519-V3", "RSA1024"]

    /// The address of an onion service, with or without its end: 56 letters and digits, or 16 of an old one.
    private static func isServiceID(_ word: Substring) -> Bool {
        let text = word.asciiLowercased
        let name = text.hasSuffix(".onion") ? text.dropLast(6) : text[...]
        return [16, 56].contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isLetter || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains($0) }
    }

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

    /// The values of options that hold secrets are hidden, and options that are not known with theirs.
    private static func redact(_ assignments: ConfAssignments) -> String {
        assignments.assignments.map { assignment in
            guard assignment.argument.value != nil else { return name(assignment.option) }
            guard assignment.option.isKnown, !assignment.option.isSecret else {
                return "\(name(assignment.option))=\(secret)"
            }
            return assignment.argument.encoded
        }.joined(separator: " ")
    }

    /// `ONION_CLIENT_AUTH_ADD HSAddress KeyType:KeyBlob [ClientName=...] [Flags=...]`
    private static func redactClientAuthorization(_ arguments: String) -> String? {
        let words = arguments.words
        guard words.count >= 2, isServiceID(words[0]) else { return nil }
        let rest = words.dropFirst(2)
        guard rest.allSatisfy({ ["flags=", "clientname="].contains(where: $0.asciiLowercased.hasPrefix) }) else {
            return nil
        }
        return ([words[0], secret[...]] + rest).joined(separator: " ")
    }
}
