// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import YAML

extension ProfileDecoder {
    mutating func checkOnions(_ node: Node) {
        guard let entries = entries(of: node, as: OnionsKey.self) else { return }
        for (key, entry) in entries {
            let what = "a value of `\(key.rawValue)`"
            guard key != .max else {
                count(entry.value, "`max`")
                continue
            }
            for node in list(entry.value, "`\(key.rawValue)`") ?? [] {
                switch key {
                case .keys: word(node, what, of: ["new", "own"])
                case .ports: checkPorts(node)
                case .targets: checkTarget(node)
                case .flags, .addedFlags: word(node, what, of: AddOnion.Flag.allCases.map(\.rawValue))
                case .parameters:
                    let names =
                        AddOnion.Parameter.allCases.map(\.rawValue) + AddOnion.Authorization.allCases.map(\.rawValue)
                    word(node, what, of: names)
                case .max: break
                }
            }
        }
    }

    private mutating func checkPorts(_ node: Node) {
        guard let text = node.scalar?.text, Self.isPortRange(text) else {
            findings.error(
                "expected a port like `80` or a range like `17600-17659`, found \(found(node))", at: node.mark)
            return
        }
    }

    /// A port of the client's, a range of them, an address with a port, or a Unix socket.
    private mutating func checkTarget(_ node: Node) {
        guard let target = node.scalar?.text, Self.isPortRange(target) || Self.isPlace(target) else {
            findings.error(
                "expected a local port like `17600`, a range like `17600-17659`, an address with a port or a `unix:` path, "
                    + "found \(found(node))",
                at: node.mark
            )
            return
        }
    }

    private static func isPortRange(_ text: String) -> Bool {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        let ports = ends.compactMap { PlainDecimal.port($0) }
        guard ports.count == ends.count, ports.count <= 2, let first = ports.first, let last = ports.last else {
            return false
        }
        return first <= last
    }

    private static func isPlace(_ text: String) -> Bool {
        switch OnionTarget(text, virtualPort: 1) {
        case .unix: true
        case .address(_, let port): text.hasSuffix(":\(port)")
        case nil: false
        }
    }
}
