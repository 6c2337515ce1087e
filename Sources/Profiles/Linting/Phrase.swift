// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// What clients really send, to stand where a pattern leaves room.
enum Phrase {
    static let service = ExampleServices.first
    static let relay = "$0123456789ABCDEF0123456789ABCDEF01234567~relay"
    static let key = String(repeating: "A", count: 86)
    private static let privateKey = String(repeating: "A", count: 43) + "="
    private static let clientKey = String(repeating: "A", count: 52)

    /// Whole arguments by command.
    private static let whole: [String: [String]] = [
        "GETINFO": ReplyExamples.keys,
        "GETCONF": ["Bridge", "HashedControlPassword", "DisableNetwork", "Nickname"] + ConfOption.secretNames,
        "SETCONF": [
            "DisableNetwork=0", "DisableNetwork=1", "UseBridges=0", "Bridge=192.0.2.7:443",
            "Socks5Proxy=192.0.2.7:1080",
            "ORPort=9001", "HiddenServicePort=80", "SafeLogging=0",
        ],
        "RESETCONF": ["DisableNetwork", "Bridge", "__OwningControllerProcess"],
        "SIGNAL": Danger.signals.map(\.name) + ["NEWNYM", "CLEARDNSCACHE", "HEARTBEAT", "ACTIVE"],
        "DEL_ONION": ExampleServices.all,
        "HSFETCH": ExampleServices.all,
        "ONION_CLIENT_AUTH_ADD": ExampleServices.all.map { "\($0) x25519:\(privateKey)" },
        "ONION_CLIENT_AUTH_REMOVE": ExampleServices.all,
        "ONION_CLIENT_AUTH_VIEW": ["", service],
        "ADD_ONION": ["NEW:ED25519-V3 Port=80,17600"],
        "CLOSECIRCUIT": ["5", "5 ", "5 IfUnused"],
        "CLOSESTREAM": ["5 1"],
        "ATTACHSTREAM": ["5 0"],
        "REDIRECTSTREAM": ["5 192.0.2.7"],
        "EXTENDCIRCUIT": ["0"],
        "SETCIRCUITPURPOSE": ["5 purpose=general"],
        "MAPADDRESS": ["example.com=192.0.2.7", "192.0.2.7=example.com"],
        "RESOLVE": ["example.com"],
        "+HSPOST": ["HSADDRESS=\(service)"],
    ]

    /// What comes behind a piece of ADD_ONION's arguments.
    private static let service3: [(behind: String, words: [String])] = [
        ("new:", ["ED25519-V3", "BEST"]),
        ("ed25519-v3:", [key + "==", key]),
        ("rsa1024:", ["AAAA"]),
        ("flags=", ["DiscardPK", "DiscardPK,Detach"]),
        ("clientauthv3=", [clientKey]),
        ("clientauth=", ["name"]),
        ("maxstreams=", ["1"]),
        ("powdefensesenabled=", ["1"]),
        ("powqueuerate=", ["1"]),
        ("powqueueburst=", ["1"]),
        ("port=", ["80", "80,17600", "80,192.0.2.7:80"]),
    ]

    /// Commands whose arguments are single words that stand beside each other.
    private static let lists: Set<String> = ["GETINFO", "GETCONF"]
    /// Commands whose words tor reads without regard to case; each is known as tor writes it, in small letters and in capitals.
    private static let caseless: Set<String> = ["GETCONF", "SIGNAL"]

    private static let spelt: [String: [String]] = Dictionary(
        uniqueKeysWithValues: whole.map { command, texts in
            let others = caseless.contains(command) ? texts.map(\.asciiLowercased) + texts.map(\.asciiUppercased) : []
            return (command, texts + others)
        })

    /// Texts to put behind a beginning of a command's arguments, best first.
    static func endings(of beginning: String, in command: String) -> [String] {
        // Behind a blank a further key or option begins.
        let begun =
            lists.contains(command)
            ? String(beginning.split(separator: " ", omittingEmptySubsequences: false).last ?? "") : beginning
        var rests: [String] = []
        for text in spelt[command] ?? [] where text.hasPrefix(begun) {
            rests.append(String(text.dropFirst(begun.count)))
        }
        if command == "GETINFO" {
            for family in serviceKeys where begun.hasPrefix(family) {
                let started = begun.dropFirst(family.count)
                rests += ExampleServices.all.filter { $0.hasPrefix(started) }.map {
                    String($0.dropFirst(started.count))
                }
            }
        }
        let words = rests.filter { $0.contains(" ") }.map { String($0.prefix { $0 != " " }) }
        let names = rests.filter { $0.contains("=") }.map { String($0.prefix { $0 != "=" }) }
        guard command == "ADD_ONION" else {
            // The other side of a mapping of any name.
            let other = command == "MAPADDRESS" && begun.hasSuffix("=") ? ["example.com", "192.0.2.7"] : []
            return rests + words + names + other
        }
        return endings(ofService: beginning.asciiLowercased) + rests + words
    }

    /// Keys of GETINFO behind which the name of an onion service stands.
    private static let serviceKeys = ["hs/client/desc/id/", "hs/service/desc/id/"]

    private static func endings(ofService beginning: String) -> [String] {
        guard !beginning.isEmpty else { return ["NEW:ED25519-V3", "ED25519-V3:\(key)==", "NEW", "ED25519-V3"] }
        if let known = service3.first(where: { beginning.hasSuffix($0.behind) }) { return known.words }
        let last = beginning.words.last.map(String.init) ?? ""
        if last.hasPrefix("port=") {
            if last.hasSuffix(",") { return ["17600", "192.0.2.7:80", "127.0.0.1:17600", "[::]:17600"] }
            if last.hasSuffix(":") { return ["17600"] }
        }
        return beginning.hasSuffix(" ") ? ["Port=80,17600"] : [" Port=80,17600", "17600"]
    }

    /// Whether tor could well make something of the arguments.
    static func isLikely(_ arguments: String, in command: String) -> Bool {
        switch command {
        case "ADD_ONION":
            guard let service = try? AddOnion(parsing: arguments) else { return false }
            let kind = service.keyBlob.asciiUppercased
            return service.keyType.asciiUppercased == "NEW"
                ? ["BEST", "ED25519-V3"].contains(kind) : service.keyBlob.utf8.count >= 86
        case "SETCONF":
            return ConfAssignments(arguments: arguments)?.assignments.allSatisfy(isLikely) ?? false
        case "RESETCONF":
            return ConfAssignments(arguments: arguments)?.assignments.allSatisfy(\.option.isKnown) ?? false
        case "GETCONF":
            return GetConf(arguments: arguments)?.options.allSatisfy(\.isKnown) ?? false
        case "GETINFO":
            return !arguments.isEmpty && arguments.words.allSatisfy { ReplyExamples.keys.contains(String($0)) }
        case "SIGNAL":
            return whole[command]?.contains(arguments.asciiUppercased) ?? false
        case "MAPADDRESS":
            let sides = arguments.split(separator: "=", omittingEmptySubsequences: false)
            return sides.count == 2 && sides.allSatisfy { $0.contains(".") && !$0.hasPrefix(".") && !$0.hasSuffix(".") }
        default:
            return (whole[command] ?? []).contains(arguments)
        }
    }

    /// Whether tor could take the value, of an option that is a switch.
    private static func isLikely(_ assignment: ConfAssignments.Assignment) -> Bool {
        guard switches.contains(assignment.option.name) else { return assignment.option.isKnown }
        return ["", "0", "1"].contains(assignment.value)
    }

    private static let switches: Set<String> = ["DisableNetwork", "SafeLogging", "UseBridges"]
}
