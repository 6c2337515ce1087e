// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// Words that arguments of commands consist of and that a log may show. What is none of them may be a key or a password in the wrong
/// place, and shows as ``hidden``.
enum PlainWord {
    static let hidden = "?"

    /// A word of a command that carries no secret by rule; of a list no more than there is room for, and a bit.
    static func shown(_ word: Substring) -> String {
        if isPlain(word) || flags.contains(word.asciiUppercased) { return String(word) }
        guard let equals = word.utf8.firstIndex(of: .equals) else { return list(word) }
        let (name, value) = (word[..<equals], word[word.index(after: equals)...])
        if keywords.contains(name.asciiUppercased) {
            return "\(name)=\(isPlain(value) || values.contains(value.asciiLowercased) ? String(value) : list(value))"
        }
        // MAPADDRESS
        guard isHost(name), isHost(value) else { return hidden }
        return String(word)
    }

    /// Several relays: a path for EXTENDCIRCUIT.
    private static func list(_ word: Substring) -> String {
        var shown = ""
        var rest = word
        while shown.utf8.count <= RedactedCommand.lengthLimit {
            let part = rest[..<(rest.utf8.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex)]
            shown += isPlain(part) ? part : hidden[...]
            guard part.endIndex < rest.endIndex else { break }
            shown += ","
            rest = rest[rest.utf8.index(after: part.endIndex)...]
        }
        return shown
    }

    /// A key of GETINFO, whose parts are words of tor's or name something. Base64 has slashes, too, and what stands between two of them
    /// may look like an address: parts that are no words show only where all others do.
    static func shownKey(_ key: Substring) -> String {
        // None that tor has is as long as that.
        guard key.utf8.count <= RedactedCommand.lengthLimit else { return hidden }
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        let isOption = parts.count == 2 && parts[0] == "config"
        let areWords = parts.map { infoWords.contains(String($0)) }
        let showsNames =
            areWords.first == true
            && zip(parts, areWords).allSatisfy { part, isWord in
                isWord || isPlain(part) || isOption && ConfOption(part)?.isKnown == true
            }
        return zip(parts, areWords).map { part, isWord in isWord || showsNames ? String(part) : hidden }
            .joined(separator: "/")
    }

    /// The address of an onion service, with or without its end: 56 letters and digits, or 16 of an old one.
    static func isServiceID(_ word: some StringProtocol) -> Bool {
        let text = word.asciiLowercased
        let name = text.hasSuffix(".onion") ? text.dropLast(6) : text[...]
        return [16, 56].contains(name.utf8.count)
            && name.utf8.allSatisfy { $0.isLetter || (UInt8(ascii: "2")...UInt8(ascii: "7")).contains($0) }
    }

    /// Whether a value has what may be a key, or a password before a host or behind a word that announces one.
    static func mayHoldSecret(_ value: String) -> Bool {
        if value.utf8.contains(UInt8(ascii: "@")) || announcesSecret(value) { return true }
        var run = 0
        for byte in value.utf8 {
            let isOfKey =
                byte.isLetter || byte.isDecimalDigit || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
            run = isOfKey ? run + 1 : 0
            // The shortest keys have 32 bytes, which base64 writes in 43 characters; fingerprints have 40.
            if run > 40 { return true }
        }
        return false
    }

    /// `UseBridges="1 Socks5ProxyPassword hunter2"`: two options that were taken for one.
    private static func announcesSecret(_ value: String) -> Bool {
        let words = value.utf8.split { !($0.isLetter || $0.isDecimalDigit || $0 == UInt8(ascii: "_")) }
        return words.contains { word in
            let text = Substring(word).asciiLowercased
            return ConfOption(text)?.isSecret == true || announcements.contains { text.hasSuffix($0) }
        }
    }

    private static func isPlain(_ word: Substring) -> Bool {
        isNumber(word) || isServiceID(word) || isRelay(word) || isHost(word)
    }

    private static func isNumber(_ word: Substring) -> Bool {
        (1...20).contains(word.utf8.count) && word.utf8.allSatisfy(\.isDecimalDigit)
    }

    /// `$FINGERPRINT`, with or without the sign, and a nickname behind it.
    private static func isRelay(_ word: Substring) -> Bool {
        let text = word.hasPrefix("$") ? word.dropFirst() : word
        let (fingerprint, nickname) = (text.prefix(40), text.dropFirst(40))
        guard fingerprint.utf8.count == 40, fingerprint.utf8.allSatisfy(isHexDigit) else { return false }
        guard let sign = nickname.utf8.first else { return true }
        return (sign == UInt8(ascii: "~") || sign == UInt8(ascii: "="))
            && (2...20).contains(nickname.utf8.count)
            && nickname.dropFirst().utf8.allSatisfy { $0.isLetter || $0.isDecimalDigit }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        byte.isDecimalDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// An address, or a name of at least two parts.
    private static func isHost(_ word: Substring) -> Bool {
        if word == "." || IPAddress(word) != nil { return true }
        if word.hasPrefix("["), word.hasSuffix("]") { return IPAddress(word.dropFirst().dropLast()) != nil }
        guard word.utf8.count <= 253 else { return false }
        let labels = word.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { $0.isLetter || $0.isDecimalDigit || $0 == UInt8(ascii: "-") }
                    && (label.utf8.count <= 40 || isServiceID(label))
            }
    }

    /// Of SIGNAL, CLOSECIRCUIT, SAVECONF, USEFEATURE and HSFETCH; control-spec section 3.
    private static let flags: Set<String> = [
        "ACTIVE", "CLEARDNSCACHE", "DEBUG", "DORMANT", "DUMP", "EXTENDED_EVENTS", "FORCE", "HALT", "HEARTBEAT", "HUP",
        "IFUNUSED", "INT", "NEWNYM", "RELOAD", "SHUTDOWN", "TERM", "USR1", "USR2", "VERBOSE_NAMES",
    ]

    /// What names of passwords end in; `cert` is a bridge's.
    private static let announcements = ["cert", "pass", "passphrase", "passwd", "password", "secret", "token"]

    private static let keywords: Set<String> = ["CACHE", "HOP", "HSADDRESS", "MODE", "PURPOSE", "SERVER", "TIMEOUT"]

    private static let values: Set<String> = [
        "bridge", "controller", "general", "no", "reverse", "yes",
    ]

    /// The parts of GETINFO's keys; control-spec section 3.9.
    private static let infoWords: Set<String> = [
        "accepted-server-descriptor", "accounting", "addr-mappings", "address", "address-mappings", "all",
        "all-recent", "all-recent-extrainfo-hack", "assigned", "authority", "bootstrap", "bootstrap-phase", "bridge",
        "bridges", "bw-event-cache", "bytes", "bytes-left", "cache", "cert", "circuit-established", "circuit-status",
        "client", "clients-seen", "config", "config-can-saveconf", "config-defaults-file", "config-file",
        "config-text", "consensus", "consensus-microdesc", "control", "current", "current-time", "default", "defaults",
        "desc", "desc-annotations", "descriptor-limit", "descs", "detached", "digest", "dir", "dir-usage", "dns",
        "dormant", "download-enabled", "downloads", "enabled", "enough-dir-info", "entry-guards", "events",
        "exit-policy", "extor", "extra-info", "features", "fingerprint", "fingerprint-ed25519", "fp", "fps",
        "fresh-relay-descs", "fresh-until", "full", "good-server-descriptor", "helper-nodes", "hibernating", "hs",
        "httptunnel", "id", "info", "interval-end", "interval-start", "interval-wake", "ip-to-country", "ipv4",
        "ipv4-available", "ipv6", "ipv6-available", "limits", "listeners", "local", "max-mem-in-queues", "md",
        "metrics", "microdesc", "name", "names", "natd", "net", "network-liveness", "network-status", "networkstatus",
        "next", "ns", "ntor", "ntor_v3", "onions", "or", "orconn-status", "packages", "pid", "previous", "process",
        "purpose", "reachability", "reachability-succeeded", "read", "recommended", "reject-private", "relay",
        "requested", "running", "server", "service", "signal", "sks", "socks", "sr", "stats", "status", "status-vote",
        "stream-status", "tap", "traffic", "trans", "transport", "uid", "uptime", "user", "utc", "v4", "v6",
        "valid-after", "valid-until", "version", "versions", "written",
    ]
}
