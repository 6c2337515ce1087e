// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies
import YAML

extension ProfileDecoder {
    mutating func decodeOnions(_ entry: Entry) -> OnionsEntry? {
        guard let entries = entries(of: entry.value, as: OnionsKey.self) else { return nil }
        var onions = OnionsEntry(mark: entry.key.mark)
        for (key, entry) in entries {
            let value = entry.value
            switch key {
            case .keys: onions.keys = Set(words(value, key, of: OnionsRule.Key.self))
            case .ports: onions.ports = ranges(list(value, key), in: key) { $0.reportPort($1) }.map(\.range)
            case .targets: decodeTargets(value, into: &onions)
            case .flags: onions.flags = Set(decodeFlags(value, key))
            case .addedFlags: onions.addedFlags = decodeFlags(value, key)
            case .parameters: onions.parameters = Set(words(value, key, of: OnionsRule.Parameter.self))
            case .max: onions.max = count(value, "`max`")
            }
        }
        for key in OnionsKey.required where !entries.has(key) {
            findings.error(
                "`onions` needs `\(key.rawValue)`: what is not listed cannot be published", at: entry.key.mark)
        }
        return onions
    }

    private mutating func list(_ node: Node, _ key: OnionsKey) -> [Node] {
        guard let nodes = list(node, "`\(key.rawValue)`") else { return [] }
        if nodes.isEmpty, OnionsKey.required.contains(key) {
            findings.warning(
                .doesNothing,
                "`\(key.rawValue)` is empty, so that nothing can be published",
                at: node.mark,
                hint: "write what may be published, or take `onions` out"
            )
        }
        return nodes
    }

    // MARK: Words

    /// The values of a list of words, each once.
    private mutating func words<Word: RawRepresentable<String> & CaseIterable & Equatable>(
        _ node: Node,
        _ key: OnionsKey,
        of: Word.Type
    ) -> [Word] {
        var words: [Word] = []
        for node in list(node, key) {
            guard let text = text(node, "a value of `\(key.rawValue)`") else { continue }
            guard let word = Word(rawValue: text.text) else {
                name(text, unknownIn: key, among: Word.allCases.map(\.rawValue))
                continue
            }
            guard !words.contains(word) else {
                findings.error("`\(text.text)` stands in `\(key.rawValue)` twice", at: text.mark)
                continue
            }
            words.append(word)
        }
        return words
    }

    private mutating func name(_ text: WrittenText, unknownIn key: OnionsKey, among known: [String]) {
        guard text.text.asciiLowercased != AddOnion.Authorization.basic.rawValue.asciiLowercased else {
            return refuseVersion2("`ClientAuth`", at: text.mark)
        }
        let nearest = known.first { $0.asciiLowercased == text.text.asciiLowercased }
        let hint = (nearest ?? Spelling.nearest(to: text.text, among: known)).map { "did you mean `\($0)`?" }
        findings.error(
            "`\(Self.shortened(text.text))` is nothing that a value of `\(key.rawValue)` can have",
            at: text.mark,
            hint: hint ?? "expected one of " + known.map { "`\($0)`" }.joined(separator: ", ")
        )
    }

    private mutating func refuseVersion2(_ what: String, at mark: Mark) {
        findings.error(
            "\(what) is of onion services of version 2, which are no more",
            at: mark,
            hint: "version 3 has the flag `V3Auth` and the parameter `ClientAuthV3`"
        )
    }

    private mutating func decodeFlags(_ node: Node, _ key: OnionsKey) -> [AddOnion.Flag] {
        let flags = words(node, key, of: AddOnion.Flag.self)
        if flags.contains(.basicAuth) { refuseVersion2("`BasicAuth`", at: node.mark) }
        return flags
    }

    // MARK: Ports

    private typealias Report = (inout ProfileDecoder, Node) -> Void

    /// Ports and ranges of ports.
    private mutating func ranges(
        _ nodes: [Node],
        in key: OnionsKey,
        otherwise report: Report
    ) -> [OnionsEntry.Ports] {
        var ranges: [OnionsEntry.Ports] = []
        for node in nodes {
            guard let ends = Self.ends(node.scalar?.text ?? "") else {
                report(&self, node)
                continue
            }
            guard ends.first <= ends.last else {
                findings.error(
                    "the range `\(ends.first)-\(ends.last)` is upside down",
                    at: node.mark,
                    hint: "write `\(ends.last)-\(ends.first)`"
                )
                continue
            }
            let range = ends.first...ends.last
            warn(about: range, among: ranges.map(\.range), in: key, at: node.mark)
            ranges.append(OnionsEntry.Ports(range: range, mark: node.mark))
        }
        return ranges
    }

    private mutating func warn(
        about range: ClosedRange<UInt16>,
        among ranges: [ClosedRange<UInt16>],
        in key: OnionsKey,
        at mark: Mark
    ) {
        if ranges.contains(range) {
            findings.error("\(Self.spelling(range)) stands in `\(key.rawValue)` twice", at: mark)
        } else if let other = ranges.first(where: { $0.overlaps(range) }) {
            findings.warning(
                .repeated,
                "\(Self.spelling(range)) has ports of \(Self.spelling(other)) in it",
                at: mark,
                hint: "write one range for both"
            )
        }
    }

    private static func spelling(_ range: ClosedRange<UInt16>) -> String {
        range.count == 1 ? "`\(range.lowerBound)`" : "`\(range.lowerBound)-\(range.upperBound)`"
    }

    private static func ends(_ text: String) -> (first: UInt16, last: UInt16)? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        let ports = ends.compactMap { PlainDecimal.port($0) }
        guard ports.count == ends.count, ports.count <= 2, let first = ports.first, let last = ports.last else {
            return nil
        }
        return (first, last)
    }

    private mutating func reportPort(_ node: Node) {
        findings.error(
            "expected a port like `80` or a range like `17600-17659`, found \(found(node))", at: node.mark)
    }

    // MARK: Targets

    /// Ports of the client's, ranges of them, addresses with a port, and Unix sockets.
    private mutating func decodeTargets(_ node: Node, into onions: inout OnionsEntry) {
        let nodes = list(node, .targets)
        var places: [OnionsEntry.Place] = []
        onions.targetPorts = ranges(nodes, in: .targets) { decoder, node in
            guard let place = decoder.decodePlace(node) else { return }
            guard places.contains(where: { $0.target == place }) else {
                return places.append(OnionsEntry.Place(target: place, mark: node.mark))
            }
            decoder.findings.error("`\(place)` stands in `targets` twice", at: node.mark)
        }
        onions.places = places
    }

    private mutating func decodePlace(_ node: Node) -> OnionTarget? {
        let text = node.scalar?.text ?? ""
        guard let place = OnionTarget(text, virtualPort: 1) else {
            reportTarget(text, node)
            return nil
        }
        switch place {
        case .unix(let path):
            guard !Self.isControlSocket(path) else {
                findings.error("`\(path)` is a control socket, to which no service may lead", at: node.mark)
                return nil
            }
        case .address(let address, let port):
            guard text.hasSuffix(":\(port)") else {
                reportTarget(text, node)
                return nil
            }
            guard !address.isUnspecified else {
                findings.error(
                    "`\(address.bracketed)` is no machine's address", at: node.mark, hint: "write `127.0.0.1:\(port)`")
                return nil
            }
            guard !GuardedTargets.Listeners.usual.control.contains(port) else {
                findings.error("\(port) is a control port of tor, to which no service may lead", at: node.mark)
                return nil
            }
        }
        return place
    }

    private static func isControlSocket(_ path: String) -> Bool {
        let path = path.hasPrefix("/var/run/") ? String(path.dropFirst(4)) : path
        return path == "/run/tor/control" || path.hasPrefix("/run/onion-sieve/")
    }

    private mutating func reportTarget(_ text: String, _ node: Node) {
        if text.asciiLowercased.hasPrefix("unix:") {
            findings.error(
                "`\(Self.shortened(text))` is no plain path",
                at: node.mark,
                hint: "write an absolute path without `//`, `/./`, `/../`, blanks, quotes or `/` at its end"
            )
        } else if Self.isNamedHost(text) {
            findings.error(
                "`\(Self.shortened(text))` names a host, which tor would look up outside of its network",
                at: node.mark,
                hint: "write a literal address, or the port alone for the client's own machine"
            )
        } else {
            findings.error(
                "expected a local port like `17600`, a range like `17600-17659`, an address with a port or a `unix:` path, "
                    + "found \(found(node))",
                at: node.mark
            )
        }
    }

    /// A name with a letter in it, and a port behind it.
    private static func isNamedHost(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count == 2, PlainDecimal.port(parts[1]) != nil else { return false }
        func isOfName(_ byte: UInt8) -> Bool { byte.isLetter || byte.isDecimalDigit || byte == .dot || byte == 0x2D }
        return host.utf8.contains(where: \.isLetter) && host.utf8.allSatisfy(isOfName)
    }
}
