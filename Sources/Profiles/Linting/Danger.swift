// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// What no application should need, and why: the explained table behind `dangerous-permission`.
struct Danger: Hashable {
    let keyword: Keyword
    /// The key, option or signal; with a `/` at its end whatever begins so.
    let name: String
    /// The arguments that are tried.
    let arguments: String
    let why: String

    private init(_ keyword: Keyword, _ name: String, _ why: String, trying arguments: String? = nil) {
        self.keyword = keyword
        self.name = name
        self.arguments = arguments ?? name
        self.why = why
    }

    static let signal = Keyword("SIGNAL")
    /// Commands whose arguments are looked up in the table.
    static let keywords: Set<Keyword> = Set([.getInfo, .getConf, signal].compactMap(\.self))

    /// Commands with arguments to try, the worst first.
    static let probes: [Danger] =
        information.map { entry in
            Danger(.getInfo, entry.key, entry.why, trying: entry.key.hasSuffix("/") ? entry.key + entry.example : nil)
        }
        + ConfOption.secretNames.map { Danger(.getConf, $0, secret) }
        + signals.compactMap { entry in signal.map { Danger($0, entry.name, entry.why) } }

    private static let keys = named(.getInfo)
    private static let options = named(.getConf)
    private static let signalNames = signal.map { named($0) } ?? [:]
    private static let families = probes.filter { $0.name.hasSuffix("/") }

    private static func named(_ keyword: Keyword) -> [String: Danger] {
        Dictionary(
            probes.filter { $0.keyword == keyword }.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The same arguments as others may spell them: tor reads options and signals without regard to case.
    var spellings: [String] {
        keyword == .getInfo ? [arguments] : [arguments, arguments.asciiLowercased, arguments.asciiUppercased]
    }

    /// What of the table there is in arguments, as tor reads them, each with the key or option that it is.
    static func found(in keyword: Keyword, _ arguments: String) -> [(danger: Danger, word: String)] {
        let words = arguments.words.map(String.init)
        return words.compactMap { word in
            let danger: Danger? =
                switch keyword {
                case .getInfo: keys[word] ?? families.first { word.hasPrefix($0.name) && word != $0.name }
                case .getConf: ConfOption(word).flatMap { options[$0.name] }
                case signal: signalNames[word.asciiUppercased]
                default: nil
                }
            return danger.map { ($0, word) }
        }
    }

    private static let address = "it tells the machine's public address, which tor is there to hide"
    private static let configuration = "it tells tor's whole configuration, bridges and passwords of proxies among it"
    private static let process = "it tells about tor's process and system what no application needs to know"
    private static let descriptor = "it tells the descriptors of onion services that others have visited or publish"
    private static let guards = "it tells the guards and bridges that are in use, by which a user can be known again"
    private static let secret = "it tells a password, an authenticator or a bridge"

    private static let information: [(key: String, why: String, example: String)] = [
        ("address", address, ""),
        ("address/v4", address, ""),
        ("address/v6", address, ""),
        ("config-text", configuration, ""),
        (
            "config-file",
            "it tells where tor's configuration lies, with the user's name where that is a home directory", ""
        ),
        ("config/names", "it tells tor's version and how it was built to the last option", ""),
        ("config/defaults", "it tells what tor is set to by its packager", ""),
        ("hs/client/desc/id/", descriptor, Phrase.service),
        ("hs/service/desc/id/", descriptor, Phrase.service),
        ("ns/all", "it makes tor write several megabytes at each request, and so keeps tor from everybody", ""),
        ("ns/purpose/bridge", "it tells the bridges that are in use", ""),
        ("entry-guards", guards, ""),
        ("orconn-status", guards, ""),
        ("address-mappings/", "it tells which names everybody has looked up", "all"),
        ("process/pid", process, ""),
        ("process/uid", process, ""),
        ("process/user", process, ""),
        ("process/descriptor-limit", process, ""),
    ]

    /// Signals of tor with their aliases.
    static let signals: [(name: String, why: String)] = [
        ("SHUTDOWN", stop), ("HALT", stop), ("INT", stop), ("TERM", stop),
        ("RELOAD", "it makes tor read its configuration again, and so undoes what others have set"),
        ("HUP", "it makes tor read its configuration again, and so undoes what others have set"),
        ("DUMP", log), ("DEBUG", log), ("USR1", log), ("USR2", log),
        ("DORMANT", "it takes tor off the network for everybody"),
    ]

    private static let stop = "it stops tor for everybody"
    private static let log = "it makes tor write to its log what everybody does"

    /// Commands of which no arguments are harmless.
    static let commands: [String: String] = [
        "ATTACHSTREAM": "it leads streams of others over circuits of one's choice",
        "DROPGUARDS": "it throws away tor's guards; whoever may do it often meets a bad one in the end",
        "EXTENDCIRCUIT": "it builds circuits through relays of one's choice",
        "+LOADCONF": "it replaces tor's whole configuration",
        "LOADCONF": "it replaces tor's whole configuration",
        "MAPADDRESS": "it sends everybody's traffic for one address to another",
        "+POSTDESCRIPTOR": "it teaches tor relays that do not exist",
        "POSTDESCRIPTOR": "it teaches tor relays that do not exist",
        "REDIRECTSTREAM": "it sends streams of others to another address",
        "RESETCONF": "it changes tor's configuration for everybody",
        "RESOLVE": "it makes tor look up any name, without isolation from what others do",
        "SAVECONF": "it writes what anybody has changed into tor's configuration file, for good",
        "SETCIRCUITPURPOSE": "it changes what circuits of others are used for",
        "SETCONF": "it changes tor's configuration for everybody",
        "SETROUTERPURPOSE": "it changes what relays are used for",
    ]

    /// What setting an option means, or setting it back, where that is worse than it sounds.
    static func why(setting option: ConfOption, back isReset: Bool) -> String {
        switch (option.name, isReset) {
        case ("__OwningControllerProcess", false):
            "tor ends for everybody when the process ends whose number is set"
        case ("__OwningControllerProcess", true):
            "tor no longer ends with the process that it was told to end with"
        case ("HiddenServicePort", false), ("HiddenServiceDir", false):
            "a service made so leads where the client says, to control ports as well: no target is looked at or written anew"
        case ("HiddenServicePort", true), ("HiddenServiceDir", true):
            "it takes out the onion services of tor's configuration, for everybody"
        case ("DisableNetwork", _): "it switches tor's network off and on for everybody"
        case ("Bridge", _), ("UseBridges", _), ("ClientTransportPlugin", _):
            "it decides whom tor connects to, for everybody"
        case ("Socks4Proxy", false), ("Socks5Proxy", false), ("HTTPSProxy", false), ("HTTPProxy", false),
            ("TCPProxy", false):
            "it sends everybody's traffic by a proxy of one's choice"
        default: "it changes tor's configuration for everybody"
        }
    }
}
