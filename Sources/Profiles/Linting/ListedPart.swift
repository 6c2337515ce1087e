// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies

/// `onions` or an entry of `confs`, with commands that it is for.
struct ListedPart {
    let origin: RuleOrigin
    /// `` `onions` `` or the entry's option.
    let what: String
    /// The entry's option; nil for `onions`.
    let option: String?
    /// Commands of one kind each; with none of a kind left it has no effect there.
    let probes: [[Command]]

    /// The same commands as programs usually spell them.
    var usualProbes: [[Command]] {
        guard let option else { return probes }
        return probes.map { kind in kind.filter { $0.arguments.hasPrefix(option) } }.filter { !$0.isEmpty }
    }

    static func parts(of profile: LintedProfile) -> [ListedPart] {
        var parts: [ListedPart] = []
        if let onions = profile.compiled.onions {
            parts.append(
                ListedPart(origin: onions.origin, what: "`onions`", option: nil, probes: [services(of: onions)]))
        }
        for entry in profile.written.confs {
            guard let rule = profile.compiled.confs[entry.option] else { continue }
            let name = entry.option.name
            var probes = [spellings(of: name).compactMap { Command(keyword: .getConf, arguments: $0) }]
            let values = (rule.values ?? []).flatMap { $0.samples(limit: 4) { _ in ["1"] } }
            let assignments = values.flatMap { value in
                spellings(of: name).map { value.isEmpty ? $0 : "\($0)=\(value)" }
            }
            if !assignments.isEmpty {
                probes.append(assignments.compactMap { Command(keyword: .setConf, arguments: $0) })
            }
            parts.append(ListedPart(origin: rule.origin, what: "the entry for \(name)", option: name, probes: probes))
        }
        return parts.map { part in
            // What it does not let through when it is alone says nothing.
            let alone = Policy([profile.compiled.only(part.origin)])
            return ListedPart(
                origin: part.origin,
                what: part.what,
                option: part.option,
                probes: part.probes.map { kind in
                    kind.filter { alone.decide($0, facts: profile.facts()).reason == .rule(part.origin) }
                }
                .filter { !$0.isEmpty }
            )
        }
        .filter { !$0.probes.isEmpty }
    }

    private static func spellings(of name: String) -> [String] { [name, name.asciiLowercased, name.asciiUppercased] }

    /// Services in several spellings: only what matches all of them matches whatever a client could ask for.
    private static func services(of rule: OnionsRule) -> [Command] {
        let keys =
            (rule.keys.contains(.new) ? ["NEW:BEST", "NEW:ED25519-V3", "new:best"] : [])
            + (rule.keys.contains(.own) ? ["ED25519-V3:\(Phrase.key)=="] : [])
        let ports = rule.ports.flatMap { Set([$0.lowerBound, $0.upperBound]) }
        let targets = rule.targetPorts.flatMap { Set([$0.lowerBound, $0.upperBound]) }
        let written = targets.flatMap { ["\($0)", "127.0.0.1:\($0)"] } + rule.places.map(\.description).sorted()
        let flags = [""] + rule.flags.map(\.rawValue).sorted().map { " Flags=\($0)" }
        var commands: [String] = []
        for key in keys {
            for flag in flags.prefix(3) {
                for port in ports.prefix(4) {
                    for target in written.prefix(6) {
                        commands += ["\(key)\(flag) Port=\(port),\(target)", "\(key)\(flag) port=\(port),\(target)"]
                    }
                }
            }
        }
        return commands.compactMap { Command(keyword: .addOnion, arguments: $0) }
    }
}

extension CompiledProfile {
    /// No more of it than `onions` or the one entry of `confs` that is written there.
    fileprivate func only(_ origin: RuleOrigin) -> CompiledProfile {
        CompiledProfile(
            name: name,
            origin: self.origin,
            selector: selector,
            onions: onions.flatMap { $0.origin == origin ? $0 : nil },
            confs: confs.filter { $0.value.origin == origin }
        )
    }
}
