// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns

/// What tor 0.4.9 answers, as far as it matters to a rule that writes replies anew.
enum ReplyExamples {
    /// Values of a key of GETINFO that have something to tell; those with several lines come as a data block.
    private static let values: [String: [String]] = [
        "address": ["203.0.113.7"],
        "address/v4": ["203.0.113.7"],
        "address/v6": ["2001:db8::7"],
        "address-mappings/all": ["example.com 93.184.215.14 NEVER"],
        "bw-event-cache": ["0,0 12,9"],
        "circuit-status": [circuit, "\(circuit)\n\(circuit)"],
        "config-file": ["/etc/tor/torrc"],
        "config-text": ["SocksPort 9050", "SocksPort 9050\nBridge 192.0.2.7:443"],
        "config/defaults": ["AccelName 1\nORPort 0"],
        "config/names": ["ORPort Dependent\nSocksPort Dependent"],
        "consensus/fresh-until": ["2026-11-21 12:00:00"],
        "consensus/valid-after": ["2026-11-21 11:00:00"],
        "consensus/valid-until": ["2026-11-21 14:00:00"],
        "dormant": ["0"],
        "entry-guards": ["\(Phrase.relay) up", "\(Phrase.relay) up\n\(Phrase.relay) down"],
        "events/names": ["CIRC STREAM"],
        "fingerprint": ["0123456789ABCDEF0123456789ABCDEF01234567"],
        "hs/client/desc/id/\(Phrase.service)": [descriptor],
        "hs/service/desc/id/\(Phrase.service)": [descriptor],
        "info/names": ["address -- IP address of this Tor host, if we can guess it."],
        "ip-to-country/192.0.2.7": ["de"],
        "net/listeners/control": ["\"127.0.0.1:9051\" \"unix:/run/tor/control\""],
        "net/listeners/dns": ["\"127.0.0.1:5353\""],
        "net/listeners/socks": ["\"127.0.0.1:9050\"", "\"127.0.0.1:9050\" \"unix:/run/tor/socks\""],
        "net/listeners/trans": ["\"127.0.0.1:9040\""],
        "network-liveness": ["up", "down"],
        "ns/all": ["r relay AAAA BBBB 2038-01-01 00:00:00 192.0.2.7 443 0\ns Fast Running"],
        "ns/id/0123456789ABCDEF0123456789ABCDEF01234567": [
            "r relay AAAA BBBB 2038-01-01 00:00:00 192.0.2.7 443 0\ns Fast"
        ],
        "ns/purpose/bridge": ["r bridge AAAA BBBB 2038-01-01 00:00:00 192.0.2.7 443 0\ns Fast"],
        "onions/current": [Phrase.service, "\(Phrase.service)\n\(Phrase.service)"],
        "onions/detached": [Phrase.service, "\(Phrase.service)\n\(Phrase.service)"],
        "orconn-status": ["\(Phrase.relay) CONNECTED", "\(Phrase.relay) CONNECTED\n\(Phrase.relay) CONNECTED"],
        "process/descriptor-limit": ["65536"],
        "process/pid": ["1234"],
        "process/uid": ["104"],
        "process/user": ["debian-tor"],
        "signal/names": ["NEWNYM SHUTDOWN"],
        "status/bootstrap-phase": ["NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\""],
        "status/circuit-established": ["1", "0"],
        "status/version/current": ["recommended"],
        "stream-status": [stream, "\(stream)\n\(stream)"],
        "traffic/read": ["123456"],
        "traffic/written": ["123456"],
        "version": ["0.4.9.3-alpha (git-0123456789abcdef)"],
    ]

    private static let circuit = "5 BUILT \(Phrase.relay) BUILD_FLAGS=NEED_CAPACITY PURPOSE=GENERAL"
    private static let stream = "9 SUCCEEDED 5 example.com:443"

    private static let descriptor =
        "hs-descriptor 3\ndescriptor-lifetime 180\ndescriptor-signing-key-cert \(Phrase.service)"

    /// Keys of which there are many, with what is told of any.
    private static let families: [(prefix: String, values: [String])] = [
        ("hs/client/desc/id/", [descriptor]),
        ("hs/service/desc/id/", [descriptor]),
        ("address-mappings/", ["example.com 93.184.215.14 NEVER"]),
    ]

    static let keys: [String] = values.keys.sorted()

    /// Keys whose value may be empty, or take several lines.
    static func isList(_ key: String) -> Bool {
        guard let values = values[key] else { return true }
        return values.contains { $0.contains("\n") }
    }

    /// The replies to a GETINFO of one key, each as the lines that have something to tell; none if the key is not known here.
    static func lines(ofKey key: String) -> [[String]] {
        let known = values[key] ?? families.first { key.hasPrefix($0.prefix) }?.values
        return (known ?? []).map { value in
            value.contains("\n") ? value.split(separator: "\n").map(String.init) : ["250-\(key)=\(value)"]
        }
    }

    /// The replies to a GETCONF of one option whose value is a secret.
    static func lines(of option: ConfOption) -> [String] {
        let bridge = "obfs4 192.0.2.7:443 0123456789ABCDEF0123456789ABCDEF01234567 cert=AAAA iat-mode=0"
        let values = ["192.0.2.7:443"] + (option.name == "Bridge" ? [bridge] : [])
        return values.flatMap { ["250 \(option)=\($0)", "250-\(option)=\($0)"] }
    }

    /// The lines of a reply to ADD_ONION that hold a secret.
    static let secretsOfService = [
        "250-PrivateKey=ED25519-V3:\(Phrase.key)=="
    ]

    // MARK: Which lines there can be

    private static let errors = "[45][0-9][0-9][- ].*"

    /// What matches every line that tor may answer a command with; nil if that is not known here.
    ///
    /// - Parameter names: the keys or options that the rule is for; nil if they cannot be told.
    static func shape(of command: String, names: [String]?) -> String? {
        switch command {
        case "GETINFO":
            let keys = names.map { $0.map { Pattern.quoting($0) }.joined(separator: "|") } ?? "[!-<>-~]+"
            let isList = names?.contains(where: isList) ?? true
            let value = isList ? "(?:[^=].*)?" : "[^=].*"
            let data = isList ? #"|[^0-9].*|[0-9]{1,2}(?:[^0-9].*)?|[0-9]{3}(?:[^- +].*)?|"# : ""
            return "250-(?:\(keys))=\(value)|250\\+(?:\(keys))=|250 OK|\(errors)\(data)"
        case "GETCONF":
            let options = names.map { "(?i:\($0.joined(separator: "|")))" } ?? "[A-Za-z0-9_]+"
            return "250[- ]\(options)(?:=.*)?|250 OK|\(errors)"
        case "ADD_ONION":
            return "250-(?:ServiceID=[a-z2-7]{56}|PrivateKey=[A-Z0-9-]+:.+|ClientAuth(?:V3)?=.+)|250 OK|\(errors)"
        case "SETCONF", "RESETCONF", "SAVECONF", "SIGNAL", "DEL_ONION", "HSFETCH", "+HSPOST", "CLOSECIRCUIT",
            "CLOSESTREAM",
            "RESOLVE", "USEFEATURE", "+LOADCONF", "DROPGUARDS", "ATTACHSTREAM", "REDIRECTSTREAM", "SETCIRCUITPURPOSE":
            return "250 OK|\(errors)"
        case "ONION_CLIENT_AUTH_ADD", "ONION_CLIENT_AUTH_REMOVE":
            return "25[0-9] .*|\(errors)"
        default:
            return nil
        }
    }

    /// What matches every line of an event.
    static func shape(ofEvent name: String) -> String {
        let isLong =
            ["CONF_CHANGED", "HS_DESC_CONTENT", "NS", "NEWCONSENSUS", "NEWDESC"].contains(name)
            || EventExamples.logs.contains(name)
        return "650[- +]\(name)(?: .*)?" + (isLong ? "|.*" : "")
    }

    // MARK: Which commands there can be

    /// What matches all arguments that tor may make something of; nil if that is not known here.
    static func arguments(of command: String) -> Pattern? { shapes[command] }

    private static let shapes: [String: Pattern] = [
        "ADD_ONION": "(?i)(?:NEW|RSA1024|ED25519-V3):[^ ]+(?: +[A-Z0-9]+=[^ ]+)+ *",
        "SIGNAL":
            "(?i) *(?:RELOAD|HUP|SHUTDOWN|INT|DUMP|USR1|DEBUG|USR2|HALT|TERM|NEWNYM|CLEARDNSCACHE|HEARTBEAT|ACTIVE|DORMANT) *",
        "DEL_ONION": "(?i)[a-z2-7]{56} *",
        "ONION_CLIENT_AUTH_REMOVE": "(?i)[a-z2-7]{56} *",
    ].compactMapValues { try? Pattern($0) }
}
