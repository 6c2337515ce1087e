// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies

// Short ways to write profiles down. A row that cannot be built is a mistake in the test itself, so it traps.

func compiled(_ source: String) -> Pattern {
    do { return try Pattern(source) } catch { preconditionFailure("\(error)") }
}

func ip(_ text: String) -> IPAddress {
    guard let address = IPAddress(text) else { preconditionFailure(text) }
    return address
}

private func place(_ text: String) -> RuleOrigin { RuleOrigin(file: text, line: 1, column: 1) }

extension ReplyRewriting {
    /// Rules as pairs of a pattern and a replacement.
    init(_ rules: [(String, String)], dropsUnmatched: Bool = false) {
        self.init(
            rules: rules.map { source, replacement in
                let pattern = compiled(source)
                do {
                    let template = try Template(replacement, captureCount: pattern.captureCount)
                    return Rule(pattern: pattern, replacement: template)
                } catch { preconditionFailure("\(error)") }
            },
            dropsUnmatched: dropsUnmatched
        )
    }
}

/// A rule whose origin is its pattern, so that a verdict tells which rule decided.
extension CommandRule {
    static func allow(_ source: String, response: ReplyRewriting? = nil) -> CommandRule {
        CommandRule(origin: place(source), pattern: compiled(source), effect: .allow, response: response)
    }

    static func own(_ source: String) -> CommandRule {
        CommandRule(origin: place(source), pattern: compiled(source), effect: .allow, isOwn: true)
    }

    static func replace(_ source: String, by replacement: String, response: ReplyRewriting? = nil) -> CommandRule {
        let pattern = compiled(source)
        do {
            let template = try Template(replacement, captureCount: pattern.captureCount)
            return CommandRule(origin: place(source), pattern: pattern, effect: .replace(template), response: response)
        } catch { preconditionFailure("\(error)") }
    }

    static func answer(_ source: String, _ lines: String...) -> CommandRule {
        guard let reply = Reply(lines) else { preconditionFailure("\(lines)") }
        return CommandRule(origin: place(source), pattern: compiled(source), effect: .answer(reply))
    }
}

extension EventRule {
    static let listed = EventRule(origin: place("listed"), isSuppressed: false, response: nil)
    static let suppressed = EventRule(origin: place("suppressed"), isSuppressed: true, response: nil)

    static let own = EventRule(origin: place("own"), isSuppressed: false, response: nil, isOwn: true)

    static func rewritten(_ rewriting: ReplyRewriting) -> EventRule {
        EventRule(origin: place("rewritten"), isSuppressed: false, response: rewriting)
    }
}

extension OnionsRule {
    /// A rule whose origin has this name; what is not said is what one application may need.
    init(
        _ name: String = "onions",
        keys: Set<Key> = [.new, .own],
        ports: [ClosedRange<UInt16>] = [80...80, 443...443],
        targetPorts: [ClosedRange<UInt16>] = [17600...17659],
        places: [String] = [],
        flags: Set<AddOnion.Flag> = [],
        addedFlags: [AddOnion.Flag] = [],
        parameters: Set<Parameter> = [],
        max: Int? = nil
    ) {
        self.init(
            origin: place(name),
            keys: keys,
            ports: ports,
            targetPorts: targetPorts,
            places: Set(places.map(target)),
            flags: flags,
            addedFlags: addedFlags,
            parameters: parameters,
            max: max
        )
    }
}

func target(_ text: String) -> OnionTarget {
    guard let target = OnionTarget(text, virtualPort: 1) else { preconditionFailure(text) }
    return target
}

extension CompiledProfile {
    convenience init(
        _ name: String = "test",
        selector: ClientSelector = ClientSelector(hosts: [.any]),
        commands: [String: [CommandRule]] = [:],
        denies: [String: [String]] = [:],
        onions: OnionsRule? = nil,
        confs: [String: [String]?] = [:],
        events: [String: EventRule] = [:],
        limits: ProfileLimits = ProfileLimits(),
        isTorBrowserMode: Bool = false,
        complains: Bool = false
    ) {
        var entries: [ConfOption: ConfRule] = [:]
        for (text, values) in confs {
            guard let option = ConfOption(text) else { preconditionFailure(text) }
            entries[option] = ConfRule(origin: place(text), option: option, values: values?.map(compiled))
        }
        self.init(
            name: name,
            origin: place(name),
            selector: selector,
            rules: commands,
            denies: denies.mapValues { $0.map { DenyRule(origin: place($0), pattern: compiled($0)) } },
            onions: onions,
            confs: entries,
            events: Dictionary(uniqueKeysWithValues: events.map { (event($0), $1) }),
            isTorBrowserMode: isTorBrowserMode,
            complains: complains,
            limits: limits
        )
    }
}

func event(_ text: String) -> EventName {
    guard let event = EventName(text) else { preconditionFailure(text) }
    return event
}

extension PolicySet {
    /// Each file with its profiles, in the order of their names.
    init(_ files: [CompiledProfile]...) {
        self.init(files: files.enumerated().map { File(name: "\($0)", profiles: $1) })
    }
}
