// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import YAML

extension ProfileDecoder {
    /// A list of names of sockets that others make, and of sockets to make. A list with nothing in it matches nobody.
    mutating func decodeSockets(_ node: Node) -> (names: Set<String>, entries: [SocketEntry]) {
        let nodes = node.scalar?.isNull == true ? [] : list(node, "`sockets`") ?? []
        if nodes.isEmpty {
            findings.warning(
                .matchesNobody, "`sockets` has no value, so it matches nobody", at: node.mark, hint: "leave the key out"
            )
        }
        var names: [String: Mark] = [:]
        var entries: [SocketEntry] = []
        for node in nodes {
            let entry = node.mapping == nil ? nil : decodeSocket(node)
            guard let name = node.mapping == nil ? socketName(node) : entry?.name else { continue }
            if let first = names.updateValue(name.mark, forKey: name.text) {
                findings.error("the socket `\(name.text)` is on line \(first.line) already", at: name.mark)
            }
            if let entry { entries.append(entry) }
        }
        return (Set(names.keys), entries)
    }

    private mutating func decodeSocket(_ node: Node) -> SocketEntry? {
        guard let entries = entries(of: node, as: SocketKey.self) else { return nil }
        var name: WrittenText?
        var group: WrittenText?
        var mode: UInt32?
        for (key, entry) in entries {
            switch key {
            case .name: name = socketName(entry.value)
            case .group: group = decodeGroup(entry.value)
            case .mode: mode = decodeMode(entry.value)
            }
        }
        if !entries.has(.name) {
            findings.error("an entry of `sockets` needs a `name`", at: node.mark)
        }
        let bits = mode ?? ApplicationSocket.defaultMode
        if let group, bits & 0o020 == 0 {
            findings.warning(
                .doesNothing,
                "with this mode the group `\(Self.shortened(group.text))` cannot connect",
                at: group.mark,
                hint: "connecting takes write permission: `mode: '0660'`"
            )
        }
        return name.map { SocketEntry(mark: node.mark, name: $0, group: group, mode: mode) }
    }

    mutating func socketName(_ node: Node) -> WrittenText? {
        guard let name = text(node, "the name of a socket") else { return nil }
        guard SocketName.isValid(name.text) else {
            findings.error(
                "`\(Self.shortened(name.text))` is no name of a socket",
                at: name.mark,
                hint: "write at most \(SocketName.limit) small letters, digits and `-`, with a letter or digit first"
            )
            return nil
        }
        return name
    }

    private mutating func decodeGroup(_ node: Node) -> WrittenText? {
        guard let group = text(node, "`group`") else { return nil }
        guard !group.text.isEmpty, group.text != "*" else {
            findings.error("expected one group, found \(found(node))", at: group.mark, hint: "write its name or number")
            return nil
        }
        return group
    }

    /// Octal digits; unquoted ones too, since YAML reads `0660` as the number that is meant.
    private mutating func decodeMode(_ node: Node) -> UInt32? {
        guard let text = node.scalar?.text, (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isOctalDigit),
            text.utf8.count == 3 || text.hasPrefix("0"), let mode = UInt32(text, radix: 8)
        else {
            findings.error("expected a mode like `'0660'`, found \(found(node))", at: node.mark)
            return nil
        }
        return mode
    }
}
