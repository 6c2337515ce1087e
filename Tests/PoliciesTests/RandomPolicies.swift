// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TestSupport

// Profiles and commands drawn at random from a small vocabulary, so that they meet often.

extension SplitMix64 {
    private static let keys = ["version", "address", "circuit-status", "stream-status", "config/names"]
    private static let options = ["Bridge", "UseBridges", "ControlPort", "UseHelperNodes", "HiddenServicePort"]
    private static let words = keys + options + ["NEWNYM", "HUP", "usebridge", "x", "BW", "STREAM", "CIRC", "NEW:BEST"]
    private static let patterns: [String: [String]] = [
        "GETINFO": keys + [".*", "version address", "(version|address)", "[^ ]+ [^ ]+"],
        "GETCONF": options + [".*", "Bridge UseBridges", "(.*)"],
        "SETCONF": ["Bridge=.*", "UseBridges=[01]", "Bridge=[^ ]* UseBridges=1", "(.*)"],
        "RESETCONF": options + ["Bridge=.*"],
        "SIGNAL": ["NEWNYM", "HUP", "[A-Z]+", "(.*)"],
        "ADD_ONION": ["NEW:BEST .*", "(.*) Port=80,([0-9]+)", ".*"],
    ]
    /// What a rewritten ADD_ONION may be: good ones, guarded ones and such as cannot be read.
    private static let services = ["{0} Port=80,{client-address}:17600", "NEW:BEST Port=80", "NEW:BEST Port=9051", "x"]

    private mutating func rule(for name: String, allowsOnly: Bool) -> CommandRule {
        let source = pick(Self.patterns[name] ?? [".*"])
        let kind = allowsOnly ? 0 : int(0...3)
        switch kind {
        case 1 where name == "ADD_ONION":
            return .replace(source.contains("(") ? source : "(.*)", by: pick(Self.services))
        case 1: return .replace(source, by: pick(["version", "Bridge=1", "circuit-status", "NEWNYM"]))
        case 2: return .answer(source, "250 OK")
        default: return .allow(source)
        }
    }

    /// - Parameter allowsOnly: the profile neither replaces, answers, denies nor has a mode.
    mutating func profile(_ name: String, allowsOnly: Bool = false, denies: Bool = true) -> CompiledProfile {
        var commands: [String: [CommandRule]] = [:]
        for name in Self.patterns.keys.sorted() where bool() {
            commands[name] = (0..<int(1...3)).map { _ in rule(for: name, allowsOnly: allowsOnly) }
        }
        var confs: [String: [String]?] = [:]
        for option in Self.options where int(0...2) == 0 {
            confs[option] = pick([nil, [".*"], ["", "0|1"], ["[^ ]+"], ["\".*\""]])
        }
        var events: [String: EventRule] = [:]
        for event in ["BW", "STREAM", "CIRC", "SIGNAL"] where bool() {
            events[event] = !allowsOnly && int(0...3) == 0 ? .suppressed : .listed
        }
        let isNarrowing = !allowsOnly && denies
        return CompiledProfile(
            name,
            commands: commands,
            denies: isNarrowing && int(0...3) == 0
                ? [pick(commands.keys.sorted() + ["GETINFO"]): [pick(Self.words)]] : [:],
            confs: confs,
            events: events,
            isTorBrowserMode: isNarrowing && int(0...4) == 0
        )
    }

    private static let targets = [
        "127.0.0.1", "0.0.0.0", "[::]", "[::1]", "[::ffff:127.0.0.1]", "127.1.2.3", "10.152.152.10", "[fd00::10]",
        "10.152.152.11", "[fd00::11]", "localhost", "127.1", "unix",
    ]

    private mutating func port() -> String {
        let number = pick(["80", "17600", "9051", "951", "9050", "9151", "09051", "0"])
        switch int(0...3) {
        case 0: return "80"
        case 1: return "80,\(number)"
        case 2: return "\(number),\(pick(Self.targets))"
        default: return "80,\(pick(Self.targets)):\(number)"
        }
    }

    private mutating func assignment() -> String {
        let value = text(
            0...4,
            of: [
                "x", " ", "=", "\\", "\"", "\\\"", "\\\\", "\\n", "\\x41", "\\X0a", "\\101", "ControlPort=1", "Bridge",
            ]
        )
        let quoted = bool() ? "\"\(value)\"" : value
        return pick(Self.options + ["usebridge", "Bri"]) + pick(["=", "=", "=", " ", ""]) + quoted
    }

    mutating func commandLine(of keywords: [String]?) -> String {
        let name = pick(keywords ?? Self.patterns.keys.sorted() + ["SETEVENTS"])
        let parts = (0..<int(0...3)).map { _ in
            switch name {
            case "SETCONF", "RESETCONF": assignment()
            case "ADD_ONION": pick(["Port=", "port=", "Flags=Detach Port="]) + port()
            default: pick(Self.words)
            }
        }
        let key = name == "ADD_ONION" ? ["NEW:BEST"] : []
        return ([name] + key + parts).joined(separator: pick([" ", " ", "  "])) + pick(["", "", " "])
    }
}
