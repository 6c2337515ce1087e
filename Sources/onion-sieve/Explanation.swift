// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Policies

/// What `explain` says of one command.
struct Explanation {
    let command: String
    let decision: String
    let forwarded: String?
    let rule: RuleOrigin?
    let reason: String
    let profiles: [String]

    /// One JSON object (RFC 8259). What a rule decided names the rule; what none did, the reason and the profiles.
    var json: String {
        var members = [("command", JSON.string(command)), ("decision", JSON.string(decision))]
        if let forwarded { members.append(("forwarded", JSON.string(forwarded))) }
        if let rule { members.append(("rule", JSON.string("\(rule)"))) }
        if rule == nil || decision == "filter" { members.append(("reason", JSON.string(reason))) }
        if rule == nil { members.append(("profiles", JSON.strings(profiles))) }
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    var text: String {
        let sent = forwarded.map { "\n    sent as: \($0)" } ?? ""
        let place = rule.map { "\n    rule: \($0)" } ?? ""
        let names = profiles.isEmpty ? "" : "\n    profiles: \(profiles.joined(separator: ", "))"
        return "\(decision): \(command.visible)\n    \(reason)\(sent)\(place)\(rule == nil ? names : "")"
    }
}
