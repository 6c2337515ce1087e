// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns

/// What a policy has for a command that lists keys or options, looked up once for all of them.
struct Permissions {
    enum Permission {
        case rule(CommandRule)
        case entry(ConfRule)
        case onions(OnionsRule)
    }

    private let places: [(rules: [CommandRule], profile: CompiledProfile)]
    private let isForKeys: Bool

    /// - Parameter keyword: GETINFO or GETCONF.
    init(for keyword: Keyword, of policy: Policy) {
        places = policy.profiles.map { ($0.rules[keyword.name] ?? [], $0) }
        isForKeys = keyword == .getInfo
    }

    /// What allows a key or option alone, leaving the command as it is; nil too if the first rule that matches does not leave
    /// it so, since a later one must not loosen it.
    func permission(alone key: String, option: ConfOption?) -> Permission? {
        for (rules, profile) in places {
            for rule in rules {
                switch rule.pattern.match(key) {
                case .noMatch: continue
                case .failed: return nil
                case .match: return rule.leavesCommand ? .rule(rule) : nil
                }
            }
            if isForKeys, key == Policy.ownServices, let rule = profile.onions { return .onions(rule) }
            if let option, let entry = profile.confs[option] { return .entry(entry) }
        }
        return nil
    }
}
