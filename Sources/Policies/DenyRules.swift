// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns

extension Policy {
    /// Deny rules of all profiles are looked at before anything else; one hit, or one that cannot be tried, filters, and so does
    /// a command whose parts cannot be told for certain.
    ///
    /// They see the text as sent, its canonical form, and each key, option or event alone, in capitals and small letters too: what
    /// tor takes for the same must not slip past by its spelling.
    func denial(of command: Command) -> Verdict? {
        guard profiles.contains(where: { !$0.denies.isEmpty }) else { return nil }
        let rules = profiles.flatMap { $0.denies[command.ruleName] ?? [] }
        guard !rules.isEmpty else { return nil }
        guard let texts = Self.spellings(of: command) else { return .filter(.denied(by: rules[0].origin)) }
        for rule in rules {
            for text in texts {
                switch rule.pattern.match(text) {
                case .noMatch: continue
                case .match: return .filter(.denied(by: rule.origin))
                case .failed: return .filter(.patternFailed(rule.origin))
                }
            }
        }
        return nil
    }

    /// Every text under which a deny rule may know the command; nil if its parts cannot be told for certain.
    private static func spellings(of command: Command) -> Set<String>? {
        var texts: Set<String> = [command.arguments, command.arguments.words.joined(separator: " ")]
        switch command.keyword {
        case .getInfo:
            texts.formUnion(GetInfo(arguments: command.arguments).keys)
        case .getConf:
            guard let query = GetConf(arguments: command.arguments), query.options.allSatisfy(\.isKnown) else {
                return nil
            }
            texts.formUnion(query.options.map(\.name))
            texts.formUnion(command.arguments.words.map(String.init))
        case .setConf, .resetConf:
            guard command.arguments.isEmpty || insertAssignments(of: command, into: &texts) else { return nil }
        case .setEvents:
            for word in command.arguments.words {
                texts.insert(String(word))
                // Each is tried in three spellings by every rule.
                guard texts.count <= Limits.keywordArguments else { return nil }
            }
        case .addOnion:
            if let service = try? AddOnion(parsing: command.arguments) {
                texts.insert(service.encoded)
                texts.formUnion(service.arguments.map(\.encoded))
            }
        default:
            if let decoded = KeywordArgument.parse(command.arguments, [.positional, .quoted]) {
                texts.insert(decoded.map(unquoted).joined(separator: " "))
            }
        }
        return texts.union(texts.map(\.asciiUppercased)).union(texts.map(\.asciiLowercased))
    }

    private static func insertAssignments(of command: Command, into texts: inout Set<String>) -> Bool {
        // Of an option that is not known, the spelling under which a rule means it is not known either.
        guard let parsed = ConfAssignments(arguments: command.arguments),
            parsed.assignments.allSatisfy(\.option.isKnown)
        else { return false }
        texts.insert(parsed.assignments.map { unquoted($0.argument) }.joined(separator: " "))
        for assignment in parsed.assignments {
            for name in [assignment.option.name, assignment.argument.keyword ?? ""] {
                texts.insert(name)
                guard assignment.argument.value != nil else { continue }
                texts.insert("\(name)=\(assignment.value)")
                texts.insert("\(name)=\(assignment.rawValue)")
            }
        }
        return true
    }

    private static func unquoted(_ argument: KeywordArgument) -> String {
        [argument.keyword, argument.value].compactMap(\.self).joined(separator: "=")
    }
}
