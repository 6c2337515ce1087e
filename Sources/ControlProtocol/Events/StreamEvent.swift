// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A stream's change of state, or its line in the reply to `GETINFO stream-status` (control-spec sections 4.1.2 and 3.9).
///
///     650 STREAM 17 NEW 0 127.0.0.1:80 SOURCE_ADDR=127.0.0.1:40112 PURPOSE=USER
///     17 SUCCEEDED 5 127.0.0.1:80
package struct StreamEvent: Hashable, Sendable {
    package let id: StreamID
    package let status: Status
    /// Nil as long as the stream is on none.
    package let circuit: CircuitID?
    /// Where the stream comes from; nil if the event does not say, or for a Unix socket and tor's own streams.
    package let source: Endpoint?
    /// Whether it may have come through a SOCKS port: nothing else is named, such as a DNSPort or TransPort.
    package let mayBeSocks: Bool

    package enum Status: Hashable, Sendable {
        /// NEW or NEWRESOLVE: the stream begins. Whatever had its number before is gone.
        case new
        /// SENTCONNECT, SENTRESOLVE, REMAP or SUCCEEDED: it is on the circuit that stands with it.
        case attached
        /// DETACHED: it is on no circuit any more, and may be put on another.
        case detached
        /// FAILED: CLOSED follows.
        case failed
        case closed
        case other
    }

    /// - Parameter text: what stands behind `STREAM `.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        let words = text.words
        guard words.count >= 4, let id = StreamID(words[0]), words[2] == "0" || CircuitID(words[2]) != nil else {
            return nil
        }
        self.id = id
        circuit = CircuitID(words[2])
        status =
            switch words[1] {
            case "NEW", "NEWRESOLVE": .new
            case "REMAP", "SENTCONNECT", "SENTRESOLVE", "SUCCEEDED": .attached
            case "DETACHED": .detached
            case "FAILED": .failed
            case "CLOSED": .closed
            default: .other
            }
        let values = Self.values(behind: words[3], in: text)
        source = values["SOURCE_ADDR"].flatMap { Endpoint($0) }
        mayBeSocks = values["CLIENT_PROTOCOL"].map { $0.hasPrefix("SOCKS") } ?? true
    }

    /// The arguments behind the target, each where it is written first. What a client chose (a SOCKS user name) stands in quotes
    /// and may look like any of them. None at all where tor would not write so, as a quote inside of a word: whoever reads on
    /// differently there finds other arguments.
    private static func values(behind target: Substring, in text: String) -> [Substring: String] {
        var values: [Substring: String] = [:]
        var rest = Substring(text.utf8[target.endIndex...])
        while true {
            rest = rest.drop { $0 == " " }
            guard !rest.isEmpty else { return values }
            let name = rest.prefix { $0 != " " && $0 != "=" }
            guard !name.isEmpty, !hasQuote(name) else { return [:] }
            rest = rest[name.endIndex...]
            guard rest.first == "=" else { continue }
            rest = rest.dropFirst()
            let value: String
            if rest.first == "\"" {
                guard let quoted = QuotedString.decode(rest.utf8, .c) else { return [:] }
                value = String(decoding: quoted.bytes, as: UTF8.self)
                rest = rest[quoted.end...]
                guard rest.isEmpty || rest.first == " " else { return [:] }
            } else {
                let word = rest.prefix { $0 != " " }
                guard !hasQuote(word) else { return [:] }
                value = String(word)
                rest = rest[word.endIndex...]
            }
            if values[name] == nil { values[name] = value }
        }
    }

    private static func hasQuote(_ word: Substring) -> Bool { word.utf8.contains(UInt8(ascii: "\"")) }
}
