// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import YAML

extension ProfileDecoder {
    /// The values of a qualifier. A list with nothing in it matches nobody.
    private mutating func qualifier(_ node: Node, _ key: ProfileKey) -> [WrittenText]? {
        let nodes: [Node]
        if node.scalar?.isNull == true {
            nodes = []
        } else {
            guard let listed = list(node, "`\(key.rawValue)`") else { return nil }
            nodes = listed
        }
        if nodes.isEmpty {
            findings.warning(
                .matchesNobody,
                "`\(key.rawValue)` has no value, so it matches nobody",
                at: node.mark,
                hint: "write `['*']` for anybody, or leave the key out"
            )
        }
        return texts(nodes, "a value of `\(key.rawValue)`").filter { value in
            guard value.text.isEmpty else { return true }
            findings.error("an empty text is no value of `\(key.rawValue)`", at: value.mark)
            return false
        }
    }

    mutating func decodeValues(_ node: Node, of key: ProfileKey) -> ClientSelector.Values? {
        guard let values = qualifier(node, key) else { return nil }
        if key != .appArmorProfiles { warnOfStars(values, key) }
        return ClientSelector.Values(values.map(\.text))
    }

    mutating func decodeExecutables(_ node: Node) -> ClientSelector.Values? {
        guard let values = qualifier(node, .executables) else { return nil }
        for value in values where value.text != "*" && !value.text.hasPrefix("/") {
            findings.warning(
                .matchesNobody,
                "`\(value.text)` is no absolute path, so no executable has it",
                at: value.mark,
                hint: "write the whole path of the program, as in `/usr/bin/app`"
            )
        }
        warnOfStars(values, .executables)
        return ClientSelector.Values(values.map(\.text))
    }

    private mutating func warnOfStars(_ values: [WrittenText], _ key: ProfileKey) {
        for value in values where value.text.contains("*") && value.text != "*" {
            findings.warning(
                .matchesNobody,
                "`*` in `\(value.text)` is a plain character: in `\(key.rawValue)` it stands for anything only where it stands alone",
                at: value.mark,
                hint: "write each value out, or `*` alone for any"
            )
        }
    }

    mutating func decodeHosts(_ node: Node) -> [HostEntry]? {
        guard let values = qualifier(node, .hosts) else { return nil }
        return values.compactMap { value in
            if let host = HostEntry(value.text) { return host }
            findings.error(
                "`\(Self.shortened(value.text))` is no address and no network",
                at: value.mark,
                hint: Self.advice(onHost: value.text)
            )
            return nil
        }
    }

    private static func advice(onHost text: String) -> String {
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let address = IPAddress(parts[0]),
            let length = PlainDecimal.parse(parts[1], upTo: address.bitCount)
        {
            return "the network is `\(address.masked(to: length))/\(length)`"
        }
        return
            "write `*`, an address like `10.152.152.11` or `fd00::11`, or a network like `10.152.152.0/24`; names are not looked up"
    }

    mutating func decodeUnits(_ node: Node) -> [UnitPattern]? {
        qualifier(node, .units)?.map { UnitPattern($0.text) }
    }
}
