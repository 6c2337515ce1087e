// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Policies

/// For whom profiles are, in words.
package struct Audience: Hashable, Sendable {
    /// The qualifiers of several profiles together: each key of a profile with all its values, in a fixed order.
    package let qualifiers: [Qualifier]
    private let takesEveryLocal: Bool

    package struct Qualifier: Hashable, Sendable {
        package let key: String
        package let values: [String]
    }

    package init(_ selectors: [ClientSelector]) {
        let local = selectors.filter(\.canMatchLocal)
        func values(_ list: (ClientSelector) -> [String]?, of selectors: [ClientSelector]) -> [String] {
            Set(selectors.compactMap(list).flatMap(\.self)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        let keys: [(ProfileKey, (ClientSelector) -> [String]?)] = [
            (.sockets, { $0.sockets.map(Array.init) }),
            (.appArmorProfiles, { $0.appArmorProfiles?.listed }),
            (.units, { $0.units?.map(\.description) }),
            (.executables, { $0.executables?.listed }),
            (.users, { $0.users?.listed }),
            (.groups, { $0.groups?.listed }),
        ]
        qualifiers =
            (keys.map { Qualifier(key: $0.rawValue, values: values($1, of: local)) }
            + [
                Qualifier(
                    key: ProfileKey.hosts.rawValue, values: values({ $0.hosts?.map(\.description) }, of: selectors))
            ])
            .filter { !$0.values.isEmpty }
        takesEveryLocal = local.contains { selector in
            keys.allSatisfy { $0.1(selector)?.contains("*") ?? true }
        }
    }

    /// A few words for a table: `/usr/bin/onionshare +3, 10.0.0.0/8 +3`.
    package var summary: String {
        var parts: [String] = takesEveryLocal ? ["every local program"] : []
        for qualifier in qualifiers {
            let named = qualifier.values.filter { $0 != "*" }
            guard let first = named.first, !takesEveryLocal || qualifier.key == ProfileKey.hosts.rawValue else {
                if qualifier.key == ProfileKey.hosts.rawValue { parts.append("every host") }
                continue
            }
            let word = Self.words[qualifier.key].map { "\($0) " } ?? ""
            parts.append(VisibleText.escaped(word + first) + (named.count > 1 ? " +\(named.count - 1)" : ""))
        }
        return parts.isEmpty ? "nobody" : parts.joined(separator: ", ")
    }

    /// What is no path, address or unit needs a word before it.
    private static let words = [
        ProfileKey.users.rawValue: "user", ProfileKey.groups.rawValue: "group", ProfileKey.sockets.rawValue: "socket",
    ]
}
