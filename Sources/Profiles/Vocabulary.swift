// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The keys that a mapping may have.
protocol Vocabulary: CaseIterable, Hashable, RawRepresentable, Sendable where RawValue == String {
    /// What the mapping is, in a message: `a profile`.
    static var subject: String { get }
    /// Other spellings of the keys, as older versions had them.
    static var aliases: [String: Self] { get }
    /// Keys that older versions had and nothing reads, with what to write instead.
    static var retired: [String: String] { get }
    /// Whether a key that is not known at all may be passed over with a warning.
    static var toleratesUnknown: Bool { get }
    /// Whether the mapping could mean more without the key than with it, so that a slip in its spelling is no small matter.
    var narrows: Bool { get }
}

extension Vocabulary {
    static var aliases: [String: Self] { [:] }
    static var retired: [String: String] { [:] }
    static var toleratesUnknown: Bool { false }
    var narrows: Bool { true }

    init?(spelling: String) {
        guard let key = Self(rawValue: spelling) ?? Self.aliases[spelling] else { return nil }
        self = key
    }

    static var spellings: [String] { allCases.map(\.rawValue) + aliases.keys.sorted() }
}
