// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import YAML

extension ProfileDecoder {
    /// A list of names of sockets that others create, or of sockets to create.
    mutating func checkSockets(_ node: Node) {
        for node in list(node, "`sockets`") ?? [] {
            guard node.mapping != nil else {
                checkSocketName(node)
                continue
            }
            guard let entries = entries(of: node, as: SocketKey.self) else { continue }
            if !entries.contains(where: { $0.0 == .name }) {
                findings.error("an entry of `sockets` needs a `name`", at: node.mark)
            }
            for (key, entry) in entries {
                switch key {
                case .name: checkSocketName(entry.value)
                case .group: _ = text(entry.value, "`group`")
                case .mode: checkMode(entry.value)
                }
            }
        }
    }

    private mutating func checkSocketName(_ node: Node) {
        guard let name = text(node, "the name of a socket") else { return }
        func isPlain(_ byte: UInt8) -> Bool {
            byte.isDecimalDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        }
        guard let first = name.text.utf8.first, isPlain(first),
            name.text.utf8.allSatisfy({ isPlain($0) || $0 == UInt8(ascii: "-") })
        else {
            findings.error(
                "`\(Self.shortened(name.text))` is no name of a socket",
                at: name.mark,
                hint: "write small letters, digits and `-`, with a letter or digit first"
            )
            return
        }
    }

    /// Octal digits; unquoted ones too, since YAML reads `0660` as the number that is meant.
    private mutating func checkMode(_ node: Node) {
        guard let text = node.scalar?.text, (3...4).contains(text.utf8.count), text.utf8.allSatisfy(\.isOctalDigit),
            text.utf8.count == 3 || text.hasPrefix("0")
        else {
            findings.error("expected a mode like `'0660'`, found \(found(node))", at: node.mark)
            return
        }
    }
}
