// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
package import Profiles

/// A profile that is there, to say what it lacks.
package struct ExistingProfile: Sendable {
    package let name: String
    package let source: SourceFile
    /// All of its file: others there may be for the same clients.
    let profiles: [CompiledProfile]
    private let named: [CompiledProfile]

    /// Nil if the file has no profile of that name that is in use.
    package init?(_ name: String, in file: LoadedProfiles.File, source: SourceFile) {
        let named = file.profiles.filter { $0.name == name }
        guard !named.isEmpty else { return nil }
        self.name = name
        self.source = source
        self.named = named
        profiles = file.profiles
    }

    var selector: ClientSelector { named[0].selector }
    var eventNames: Set<String> { Set(named.flatMap { $0.events.keys.map(\.name) }) }

    /// What one that stands beside it may be called.
    var freeName: String {
        var candidate = name + "-more"
        var number = 2
        while profiles.contains(where: { $0.name == candidate }) {
            candidate = "\(name)-more-\(number)"
            number += 1
        }
        return candidate
    }

    /// Rules that decided nothing, when each part of each command is asked for by itself.
    func unused(used: Set<RuleOrigin>, by draft: ProfileDraft) -> [RuleOrigin] {
        var used = used
        for profile in named {
            for rule in draft.order {
                switch rule.section {
                case .event: EventName(rule.text).flatMap { profile.events[$0]?.origin }.map { _ = used.insert($0) }
                case .option: ConfOption(rule.text).flatMap { profile.confs[$0]?.origin }.map { _ = used.insert($0) }
                case .command, .onions, .target: continue
                }
            }
            for wish in draft.wishes {
                guard let example = wish.example, example.body == nil else { continue }
                let parts = [.getInfo, .getConf].contains(example.keyword) ? example.arguments.words : []
                for part in parts {
                    let rules = profile.rules[example.ruleName] ?? []
                    if let rule = rules.first(where: { $0.pattern.match(String(part)) != .noMatch }) {
                        used.insert(rule.origin)
                    }
                }
            }
        }
        var all: Set<RuleOrigin> = []
        for profile in named {
            for rule in profile.rules.values.joined() { all.insert(rule.origin) }
            all.formUnion(profile.confs.values.map(\.origin))
            all.formUnion(profile.events.values.map(\.origin))
            if let onions = profile.onions { all.insert(onions.origin) }
        }
        return all.subtracting(used).sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}
