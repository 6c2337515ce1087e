// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One value of `units`: the name of a unit, `*` allowed inside, `user:` before one of a user's own service manager.
package struct UnitPattern: Hashable, Sendable, CustomStringConvertible {
    private let isUser: Bool
    private let pieces: [String]

    package init(_ text: String) {
        isUser = text.hasPrefix("user:")
        pieces = (isUser ? text.dropFirst(5) : text[...])
            .split(separator: "*", omittingEmptySubsequences: false)
            .map(String.init)
    }

    /// The name of a unit that matches, as it would be written in a profile.
    package var example: String { (isUser ? "user:" : "") + pieces.joined(separator: "1") }

    package var description: String { (isUser ? "user:" : "") + pieces.joined(separator: "*") }

    /// Whether nothing is asked of a unit but of what type it is: `*`, `**`, `*.service`.
    package var isAnyName: Bool {
        guard pieces.count > 1 else { return false }
        let literal = pieces.joined()
        return literal.isEmpty || pieces.dropLast().allSatisfy(\.isEmpty) && Self.types.contains(literal)
    }

    /// Of units that processes run in (systemd.unit(5)).
    private static let types: Set<String> = [".service", ".scope", ".slice", ".socket", ".mount", ".swap", "."]

    func matches(_ unit: Client.Unit) -> Bool {
        switch unit {
        case .system(let name): !isUser && matches(name)
        case .user(let name, _): isUser && matches(name)
        }
    }

    /// Leftmost places for the pieces between the first and the last: linear but for the pieces' lengths.
    private func matches(_ name: String) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return false }
        guard pieces.count > 1 else { return name.utf8.elementsEqual(first.utf8) }
        var rest = name.utf8[...]
        guard rest.starts(with: first.utf8), rest.count >= first.utf8.count + last.utf8.count else { return false }
        rest = rest.dropFirst(first.utf8.count)
        guard rest.suffix(last.utf8.count).elementsEqual(last.utf8) else { return false }
        rest = rest.dropLast(last.utf8.count)
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.indices.first(where: { rest[$0...].starts(with: piece.utf8) }) else { return false }
            rest = rest[found...].dropFirst(piece.utf8.count)
        }
        return true
    }
}
