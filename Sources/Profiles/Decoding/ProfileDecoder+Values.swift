// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import YAML

extension ProfileDecoder {
    /// What a node is, in a message that says what was expected in its place.
    func found(_ node: Node) -> String {
        switch node.content {
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .scalar(let scalar):
            switch scalar.plainType {
            case .null: "nothing"
            case .bool: "the truth value `\(scalar.text)`"
            case .integer, .float: "the number `\(scalar.text)`"
            case .timestamp: "the date `\(scalar.text)`"
            case .string, .merge, .value: "the text `\(Self.shortened(scalar.text))`"
            }
        }
    }

    static func shortened(_ text: String) -> String { text.count > 60 ? text.prefix(60) + "…" : text }

    /// A text. Digits alone are one (`users: [1000]`); what YAML takes for another number, a truth value, a date or nothing is
    /// not, since programs differ over what its text is.
    mutating func text(_ node: Node, _ what: @autoclosure () -> String) -> WrittenText? {
        guard let scalar = node.scalar else {
            findings.error("expected a text for \(what()), found \(found(node))", at: node.mark)
            return nil
        }
        switch scalar.plainType {
        case .string:
            return WrittenText(scalar, at: node.mark)
        case .integer where PlainDecimal.parse(scalar.text, upTo: .max) != nil:
            return WrittenText(scalar, at: node.mark)
        case .null where scalar.text.isEmpty:
            findings.error(
                "expected a text for \(what()), found nothing", at: node.mark, hint: "write `''` for an empty text")
        case .null, .bool, .integer, .float, .timestamp, .merge, .value:
            findings.error(
                "expected a text for \(what()), found \(found(node))",
                at: node.mark,
                hint: "quote it: `'\(Self.shortened(scalar.text))'`"
            )
        }
        return nil
    }

    mutating func texts(_ nodes: [Node], _ what: @autoclosure () -> String) -> [WrittenText] {
        nodes.compactMap { text($0, what()) }
    }

    /// The nodes of a list; nil with an error if it is none.
    mutating func list(_ node: Node, _ what: @autoclosure () -> String) -> [Node]? {
        if let nodes = node.sequence { return nodes }
        let hint = node.scalar.flatMap { $0.isNull ? nil : "write `[\(Self.shortened($0.text))]`" }
        findings.error("expected a list for \(what()), found \(found(node))", at: node.mark, hint: hint)
        return nil
    }

    /// Truth as YAML 1.1 writes it.
    mutating func bool(_ node: Node, _ what: @autoclosure () -> String) -> Bool? {
        if let value = node.scalar?.bool { return value }
        let hint =
            ["true", "false"].contains(node.scalar?.text.asciiLowercased ?? "") ? "leave the quotes out" : nil
        findings.error("expected `true` or `false` for \(what()), found \(found(node))", at: node.mark, hint: hint)
        return nil
    }

    /// A number that counts something: digits alone, from 1.
    @discardableResult
    mutating func count(_ node: Node, _ what: @autoclosure () -> String) -> Int? {
        if let text = node.scalar?.text, let number = PlainDecimal.parse(text, upTo: Int(Int32.max)), number > 0 {
            return number
        }
        findings.error("expected a whole number from 1 for \(what()), found \(found(node))", at: node.mark)
        return nil
    }

    /// One of a few words.
    mutating func word(_ node: Node, _ what: @autoclosure () -> String, of words: [String]) {
        guard let text = text(node, what()), !words.contains(text.text) else { return }
        let nearest = Spelling.nearest(to: text.text, among: words)
        findings.error(
            "`\(Self.shortened(text.text))` is nothing that \(what()) can have",
            at: text.mark,
            hint: nearest.map { "did you mean `\($0)`?" }
                ?? "expected one of " + words.map { "`\($0)`" }.joined(separator: ", ")
        )
    }

    /// The entries of a mapping that has a fixed set of keys, in written order; nil with an error if it is no mapping.
    mutating func entries<Key: Vocabulary>(of node: Node, as: Key.Type) -> WrittenEntries<Key>? {
        guard let mapping = node.mapping else {
            findings.error("expected a mapping for \(Key.subject), found \(found(node))", at: node.mark)
            return nil
        }
        var entries = WrittenEntries<Key>()
        for entry in mapping {
            let spelling = entry.key.scalar?.text ?? ""
            guard let key = Key(spelling: spelling) else {
                name(unknown: spelling, at: entry.key.mark, as: Key.self)
                continue
            }
            if let earlier = entries[key] {
                findings.error(
                    "`\(spelling)` is `\(earlier.key.scalar?.text ?? "")` of line \(earlier.key.mark.line) once more",
                    at: entry.key.mark,
                    hint: "put everything under `\(key.rawValue)`"
                )
                continue
            }
            entries.append(key, entry)
        }
        return entries
    }

    /// A key that is not known is passed over with a warning only where nothing could be wider for it.
    private mutating func name<Key: Vocabulary>(unknown spelling: String, at mark: Mark, as: Key.Type) {
        let severity: Diagnostic.Severity = findings.isStrict ? .error : .warning
        if let advice = Key.retired[spelling] {
            findings.add(severity, .legacyKey, "nothing reads `\(spelling)` any more", at: mark, hint: advice)
            return
        }
        let message = "\(Key.subject) has no key `\(Self.shortened(spelling))`"
        guard let nearest = Spelling.nearest(to: spelling.asciiLowercased, among: Key.spellings),
            let meant = Key(spelling: nearest)
        else {
            let known = "it can have " + Key.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            findings.add(Key.toleratesUnknown ? severity : .error, .unknownKey, message, at: mark, hint: known)
            return
        }
        findings.add(
            Key.toleratesUnknown && !meant.narrows ? severity : .error,
            .unknownKey,
            message,
            at: mark,
            hint: "did you mean `\(nearest)`?"
        )
    }
}
