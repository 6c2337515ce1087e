// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of an option of tor's configuration, whole or by an exact alias, without regard to case.
///
/// tor also takes any prefix that is not ambiguous (`GETCONF usebridge`), and which one is depends on its version: such names
/// are told apart here, and allowed nowhere.
package struct ConfOption: Hashable, Sendable, CustomStringConvertible {
    package enum Standing: Hashable, Sendable {
        case known
        /// Neither an option of tor 0.4.9 nor the beginning of one: tor refuses it, or knows more than we do.
        case unknown
        /// The beginning of a known option, which tor would complete.
        case prefix(of: String)
    }

    /// The canonical name, as tor writes it in its replies; for an unknown option the name as given.
    package let name: String
    package let standing: Standing
    private let folded: String

    /// Nil if the text is no option name: letters, digits and `_`, with what tor puts before some of them.
    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let asked = text.withBytes({ Self.folded($0) }) else { return nil }
        if let known = ConfOptionTable.known[asked] {
            name = known.name
            standing = .known
            folded = known.folded
        } else {
            name = String(text)
            standing = ConfOptionTable.completion(of: asked).map { .prefix(of: $0) } ?? .unknown
            folded = asked
        }
    }

    private static func folded(_ text: UnsafeRawBufferPointer) -> String? {
        guard (1...128).contains(text.count),
            text.allSatisfy({ $0.isLetter || $0.isDecimalDigit || $0 == UInt8(ascii: "_") })
        else { return nil }
        return String(lowercasing: text)
    }

    package static func == (left: ConfOption, right: ConfOption) -> Bool { left.folded == right.folded }
    package func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    package var description: String { name }

    /// The canonical names and exact aliases of all known options, in lower case and in order.
    package static var knownNames: [String] { ConfOptionTable.sorted }

    /// Whether tor answers for this option with the lines of all onion services.
    package var isOnionService: Bool {
        folded.hasPrefix("hiddenservice") && ConfOptionTable.onionService.contains(folded)
    }

    /// Whether the value is a password or names keys: nothing that a log may show.
    package var isSecret: Bool { ConfOptionTable.secret.contains(folded) }

    /// The names of those options, in order.
    package static var secretNames: [String] {
        ConfOptionTable.secret.compactMap { ConfOptionTable.canonical[$0] }.sorted()
    }
}
