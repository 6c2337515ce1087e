// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What a rule with `own: true` asks of a command, and what it leaves of the reply. This is the only place where a command is
/// held against what is a session's own.
package enum OwnershipCheck {
    /// Commands that a rule with `own: true` can be for.
    package static let keywords: Set<Keyword> = [
        .closeCircuit, .closeStream, .delOnion, .getInfo, .hsFetch, .onionClientAuthAdd, .onionClientAuthRemove,
        .onionClientAuthView,
    ]

    /// Events that an entry with `own: true` can be for.
    package static let events: Set<EventName> = [
        .circuit, .circuitMinor, .serviceDescriptor, .serviceDescriptorContent, .stream,
    ]

    /// Whether the command is about the session's own, and nothing else. What cannot be read is nobody's.
    static func allows(_ command: Command, _ ownership: Ownership) -> Bool {
        guard command.body == nil else { return false }
        let arguments = command.arguments
        // The others are not split where the first does not do.
        let first = arguments.firstWord
        switch command.keyword {
        case .delOnion:
            return arguments.wordCount == 1 && first.flatMap { ServiceID($0) }.map { ownership.owns($0) } ?? false
        case .closeCircuit:
            return first.flatMap { CircuitID($0) }.map { ownership.streams.ownsAllStreams(of: $0) } ?? false
        case .closeStream:
            return first.flatMap { StreamID($0) }.map { ownership.streams.owns($0) } ?? false
        case .getInfo:
            let words = arguments.words
            return !words.isEmpty && words.allSatisfy { OwnershipCut(key: $0) != nil }
        case .hsFetch:
            // A descriptor is public; what the command gives is its answers alone.
            return FetchDescriptor(arguments: arguments) != nil
        case .onionClientAuthAdd:
            return ClientAuthorization(arguments: arguments).map { ownership.mayAddCredential(for: $0.service) }
                ?? false
        case .onionClientAuthRemove:
            return arguments.wordCount == 1
                && first.flatMap { ServiceID($0) }.map { ownership.mayRemoveCredential(for: $0) } ?? false
        case .onionClientAuthView:
            return arguments.words.allSatisfy { ServiceID($0) != nil }
        default:
            return false
        }
    }

    /// The command with the address of a service as tor writes it: DEL_ONION does not find one in capitals.
    static func spelt(_ command: Command) -> Command {
        guard [.delOnion, .hsFetch].contains(command.keyword), let first = command.arguments.firstWord,
            let service = ServiceID(first)
        else { return command }
        let arguments = [service.description] + command.arguments.words.dropFirst().map(String.init)
        return Command(keyword: command.keyword, arguments: arguments.joined(separator: " ")) ?? command
    }
}

extension Ownership {
    /// Whether tor has to be asked which credential it has before the command can be judged under `own`.
    package func mustAsk(for command: Command) -> Bool {
        command.credentialInQuestion.map { $0 != credentialAtTor?.service } ?? false
    }
}

extension Command {
    /// The service whose credential at tor has to be known before the command can be judged under `own`.
    package var credentialInQuestion: ServiceID? {
        switch keyword {
        case .onionClientAuthAdd, .onionClientAuthRemove: arguments.firstWord.flatMap { ServiceID($0) }
        default: nil
        }
    }
}
