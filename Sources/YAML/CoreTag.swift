// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The tags that a document may write out.
package enum CoreTag: String, Hashable, Sendable, CaseIterable {
    case null = "tag:yaml.org,2002:null"
    case bool = "tag:yaml.org,2002:bool"
    case int = "tag:yaml.org,2002:int"
    case float = "tag:yaml.org,2002:float"
    case timestamp = "tag:yaml.org,2002:timestamp"
    case str = "tag:yaml.org,2002:str"
    case seq = "tag:yaml.org,2002:seq"
    case map = "tag:yaml.org,2002:map"

    /// As it is usually written: `!!str`.
    var shorthand: String { "!!" + rawValue.dropFirst("tag:yaml.org,2002:".count) }

    /// Whether text of the given type, if it stood plain, can be what the tag says.
    func accepts(_ type: PlainType) -> Bool {
        switch (self, type) {
        case (.str, _), (.null, .null), (.bool, .bool), (.int, .integer), (.float, .float), (.float, .integer),
            (.timestamp, .timestamp):
            true
        default:
            false
        }
    }
}
