// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// A profile that bytes of an input choose: as text for the loader, and as the answer to what it allows, which nothing of the loader or
/// of `Policies` takes part in.
struct DrawnProfile: Sendable {
    /// Bytes that choose one.
    static let byteCount = 9

    /// Which of them take away rather than allow.
    static let takesAway: Set = [2, 6]

    private let information: Choice
    private let special: Choice
    private let denials: Choice
    private let options: Choice
    private let optionModes: Choice
    private let events: Choice
    private let suppressed: Choice
    private let onions: Choice
    private let commands: Choice
    let isTorBrowserMode: Bool

    /// Eight things that are there or not.
    struct Choice: Sendable {
        var bits: UInt8
        subscript(index: Int) -> Bool { bits >> UInt8(index) & 1 == 1 }

        /// Those of a list that are there.
        func among<Element>(_ elements: [Element]) -> [Element] {
            elements.indices.filter { self[$0] }.map { elements[$0] }
        }
    }

    init(_ bytes: ArraySlice<UInt8>, isTorBrowserMode: Bool) {
        let choices = bytes.map { Choice(bits: $0) }
        information = choices[0]
        special = choices[1]
        denials = choices[2]
        options = choices[3]
        optionModes = choices[4]
        events = choices[5]
        suppressed = choices[6]
        onions = choices[7]
        commands = choices[8]
        self.isTorBrowserMode = isTorBrowserMode
    }

    // MARK: GETINFO

    private struct Key: Sendable {
        let pattern: String
        let isAllowed: @Sendable (String) -> Bool
    }

    private static let keys = [
        Key(pattern: "version") { $0 == "version" },
        Key(pattern: "address") { $0 == "address" },
        Key(pattern: "traffic/(?:read|written)") { ["traffic/read", "traffic/written"].contains($0) },
        Key(pattern: "status/.*") { $0.hasPrefix("status/") },
        Key(pattern: "config/[A-Za-z]+") { $0.hasPrefix("config/") && $0.dropFirst(7).allSatisfy(\.isLetter) },
        Key(pattern: "onions/current") { $0 == "onions/current" },
        Key(pattern: "net/listeners/socks|dormant") { ["net/listeners/socks", "dormant"].contains($0) },
        Key(pattern: "ns/id/[0-9A-F]{4}") {
            $0.utf8.count == 10 && $0.hasPrefix("ns/id/") && $0.dropFirst(6).allSatisfy(\.isHexDigit)
                && $0 == $0.asciiLowercased.prefix(6) + $0.dropFirst(6).asciiUppercased
        },
    ]

    private static let specialRules = [
        "'version address'",
        "{pattern: 'config-text', replacement: 'version'}",
        "{pattern: 'ip-to-country/([0-9.]+)', replacement: 'ip-to-country/{}'}",
        "{pattern: 'md/all', answer: ['250-md/all=', '250 OK']}",
        "{pattern: 'circuit-status', response: [{pattern: '(250-circuit-status=).*', replacement: '{}'}]}",
        "{pattern: 'stream-status', own: true}",
        "{pattern: 'entry-guards', response: [{pattern: 'none', replacement: ''}], else: drop}",
        "{pattern: 'orconn-(.*)', replacement: 'orconn-status'}",
    ]

    /// Whether a key of a GETINFO may be among others.
    func allows(key: String) -> Bool {
        information.among(Self.keys).contains { $0.isAllowed(key) }
            || key == "circuit-status" && special[4] || key == "entry-guards" && special[6]
            || key == "stream-status" && special[5] || key == "onions/current" && hasOnions
    }

    /// Whether these and no others may be asked for.
    func allows(keys: [String]) -> Bool {
        switch keys {
        case ["version", "address"]: special[0]
        case ["version"]: special[1]
        case ["orconn-status"]: special[7]
        default:
            special[2] && keys.count == 1 && keys[0].hasPrefix("ip-to-country/")
                && keys[0].dropFirst(14).utf8.allSatisfy { $0.isDecimalDigit || $0 == 0x2E }
        }
    }

    func denies(key: String) -> Bool {
        denials[0] && key == "address" || denials[1] && key.hasPrefix("status/bootstrap")
    }

    // MARK: Options

    /// As the profile writes them, and as tor calls them.
    private static let names = [
        ("UseBridges", "UseBridges"), ("bridge", "Bridge"), ("SocksPort", "SocksPort"), ("ContactInfo", "ContactInfo"),
        ("NumCPU", "NumCPUs"), ("EXITNODES", "ExitNodes"), ("StrictNode", "StrictNodes"),
        ("HiddenServicePort", "HiddenServicePort"),
    ]

    private enum Values: Int, CaseIterable {
        case none
        case flag
        case numberOrReset
        case anyUnquoted

        var text: String {
            switch self {
            case .none: ""
            case .flag: " ['0', '1']"
            case .numberOrReset: " ['[0-9]+', '']"
            case .anyUnquoted: " ['[^\"]*']"
            }
        }

        func allows(_ value: String) -> Bool {
            switch self {
            case .none: false
            case .flag: value == "0" || value == "1"
            case .numberOrReset: value.utf8.allSatisfy(\.isDecimalDigit)
            case .anyUnquoted: !value.contains("\"")
            }
        }
    }

    private func values(_ index: Int) -> Values { Values.allCases[Int(optionModes.bits) >> (index % 4 * 2) & 3] }

    func allows(option: String) -> Bool {
        Self.names.indices.contains { options[$0] && Self.names[$0].1 == option }
    }

    func allows(_ assignment: TorReading.Assignment) -> Bool {
        Self.names.indices.contains { index in
            options[index] && Self.names[index].1 == assignment.option && values(index).allows(assignment.value)
        }
    }

    func allows(_ assignments: [TorReading.Assignment]) -> Bool {
        guard commands[7], assignments.count == 1, let only = assignments.first else { return false }
        return only.option == "ContactInfo" && (1...8).contains(only.value.utf8.count)
            && only.value.utf8.allSatisfy { (0x61...0x7A).contains($0) }
    }

    /// - Parameter command: `GETCONF`, `SETCONF` or `RESETCONF`.
    func denies(option: String?, in command: String) -> Bool {
        switch command {
        case "GETCONF": denials[2] && option == "SocksPort"
        case "SETCONF": denials[3] && option == "Bridge"
        default: denials[4] && option == "UseBridges"
        }
    }

    // MARK: Events

    private static let eventNames = [
        "BW", "STREAM", "CIRC", "HS_DESC", "CONF_CHANGED", "STATUS_CLIENT", "SIGNAL", "NOTICE",
    ]

    func allows(event: String) -> Bool {
        Self.eventNames.indices.contains {
            events[$0] && !suppressed[$0] && Self.eventNames[$0].asciiLowercased == event
        }
    }

    func denies(event: String) -> Bool { denials[5] && event == "stream" }

    /// Whether the session asks tor for streams, circuits and their events on its own account.
    var tracksOwnership: Bool { isTorBrowserMode || special[5] }

    // MARK: Services

    private var hasOnions: Bool { onions[0] }

    private var keyKinds: [String] { onions[1] || !onions[2] ? ["new"] + (onions[2] ? ["own"] : []) : ["own"] }

    func allows(_ service: TorService, client: String) -> Bool {
        allowsByRule(service, client) || hasOnions && allowsByMeaning(service, client)
    }

    /// The pattern with its replacement.
    private func allowsByRule(_ service: TorService, _ client: String) -> Bool {
        guard commands[6], service.keyType == "new", ["BEST", "ED25519-V3"].contains(service.keyBlob),
            service.flags.isEmpty, service.parameters.isEmpty, service.ports.count == 1,
            case .address(client, _) = service.ports[0].target
        else { return false }
        return service.ports[0].virtual == 80
    }

    private func allowsByMeaning(_ service: TorService, _ client: String) -> Bool {
        guard keyKinds.contains(service.keyType == "new" ? "new" : "own") else { return false }
        let flags = Set(
            (onions[3] ? ["detach"] : []) + (onions[4] ? ["discardpk"] : []) + (onions[7] ? ["v3auth"] : []))
        let parameters = Set((onions[5] ? ["maxstreams"] : []) + (onions[7] ? ["clientauthv3"] : []))
        guard service.flags.isSubset(of: flags), service.parameters.isSubset(of: parameters),
            !onions[4] || service.flags.contains("discardpk")
        else { return false }
        return service.ports.allSatisfy { port in
            guard port.virtual == 80 || (8000...8010).contains(port.virtual) else { return false }
            return switch port.target {
            case .unix(let path): onions[6] && path == "/run/app"
            case .address(let address, let number): address == client && (17600...17659).contains(number)
            }
        }
    }

    func denies(_ service: TorService) -> Bool { denials[6] && service.ports.contains { $0.virtual == 80 } }

    // MARK: Other commands

    private static let otherRules = [
        "SIGNAL: ['NEWNYM']", "HSFETCH: ['[a-z2-7]{56}']", "MAPADDRESS: ['0\\.0\\.0\\.0=[a-z]+\\.onion']",
        "'+HSPOST': ['']",
        "CLOSECIRCUIT: ['[0-9]+']", "DEL_ONION: ['[a-z2-7]{56}']",
    ]

    func allows(_ name: String, _ words: [String]) -> Bool {
        func isService(_ text: String) -> Bool {
            text.utf8.count == 56 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }
        }
        guard let first = words.first, words.count == 1 else {
            return name == "+HSPOST" && commands[3] && words.isEmpty
        }
        switch name {
        case "SIGNAL": return commands[0] && first == "NEWNYM"
        case "HSFETCH": return commands[1] && isService(first)
        case "MAPADDRESS":
            return commands[2] && first.hasPrefix("0.0.0.0=") && first.hasSuffix(".onion")
                && first.dropFirst(8).dropLast(6).utf8.allSatisfy { (0x61...0x7A).contains($0) }
        case "CLOSECIRCUIT": return commands[4] && first.utf8.allSatisfy(\.isDecimalDigit)
        // Its own services may be taken down under `onions`.
        case "DEL_ONION": return (commands[5] || hasOnions) && isService(first)
        default: return false
        }
    }

    func denies(_ name: String, _ words: [String]) -> Bool {
        denials[7] && name == "SIGNAL" && words.contains { $0.asciiUppercased == "NEWNYM" }
    }

    // MARK: The text

    /// The profile as an administrator would write it.
    var text: String {
        var lines = [
            "- hosts: ['10.152.152.11']", "  users: ['*']", "  apparmor-profiles: ['*']",
            "  tor-browser-mode: \(isTorBrowserMode)", "  commands:",
        ]
        lines += rulesByCommand.map { "    \($0)" }
        let listed = Self.names.indices.filter { options[$0] }
        lines.append("  confs:\(listed.isEmpty ? " {}" : "")")
        lines += listed.map { "    \(Self.names[$0].0):\(values($0).text)" }
        let wanted = Self.eventNames.indices.filter { events[$0] }
        lines.append("  events:\(wanted.isEmpty ? " {}" : "")")
        lines += wanted.map { "    \(Self.eventNames[$0]):\(suppressed[$0] ? " {suppress: true}" : "")" }
        if hasOnions { lines.append("  onions: {\(onionsText)}") }
        return lines.joined(separator: "\n") + "\n"
    }

    private var rulesByCommand: [String] {
        let keys = information.among(Self.keys).map { "'\($0.pattern)'" } + special.among(Self.specialRules)
        var rules: [String] = []
        func add(_ command: String, _ denial: String?, _ patterns: [String] = []) {
            let all = (denial.map { [$0] } ?? []) + patterns
            if !all.isEmpty { rules.append("\(command): [\(all.joined(separator: ", "))]") }
        }
        let denied = Choice(bits: denials.bits & 3).among(["'address'", "'status/bootstrap.*'"])
            .map { "{deny: true, pattern: \($0)}" }
        add("GETINFO", nil, denied + keys)
        add("GETCONF", denials[2] ? "{deny: true, pattern: 'SocksPort'}" : nil)
        add(
            "SETCONF", denials[3] ? "{deny: true, pattern: 'Bridge'}" : nil,
            commands[7] ? ["'ContactInfo=[a-z]{1,8}'"] : [])
        add("RESETCONF", denials[4] ? "{deny: true, pattern: 'UseBridges'}" : nil)
        add("SETEVENTS", denials[5] ? "{deny: true, pattern: 'STREAM'}" : nil)
        add(
            "ADD_ONION", denials[6] ? "{deny: true, pattern: 'Port=80,.*'}" : nil,
            commands[6]
                ? [
                    "{pattern: '(NEW:BEST|NEW:ED25519-V3) Port=80,([0-9]+)', replacement: '{} Port=80,{client-address}:{}'}"
                ]
                : [])
        var others = commands.among(Self.otherRules)
        if denials[7] {
            others.removeAll { $0.hasPrefix("SIGNAL") }
            add("SIGNAL", "{deny: true, pattern: 'NEWNYM'}", commands[0] ? ["'NEWNYM'"] : [])
        }
        return rules + others
    }

    private var onionsText: String {
        let flags = (onions[3] ? ["Detach"] : []) + (onions[7] ? ["V3Auth"] : [])
        let parameters = (onions[5] ? ["MaxStreams"] : []) + (onions[7] ? ["ClientAuthV3"] : [])
        let targets = ["17600-17659"] + (onions[6] ? ["'unix:/run/app'"] : [])
        return
            "keys: [\(keyKinds.joined(separator: ", "))], ports: [80, 8000-8010], targets: [\(targets.joined(separator: ", "))], "
            + "flags: [\(flags.joined(separator: ", "))], add-flags: [\(onions[4] ? "DiscardPK" : "")], "
            + "parameters: [\(parameters.joined(separator: ", "))]"
    }
}
