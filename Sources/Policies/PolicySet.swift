// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// All profiles that are loaded; each client gets the union of those that are for it.
package struct PolicySet: Sendable {
    /// A file with its profiles in written order.
    package struct File: Sendable {
        package let name: String
        package let profiles: [CompiledProfile]

        package init(name: String, profiles: [CompiledProfile]) {
            self.name = name
            self.profiles = profiles
        }
    }

    /// In the order in which they decide, those of later files first.
    package let profiles: [CompiledProfile]
    /// The sockets that are to be made for them.
    package let sockets: SocketPlan
    private let index: SelectorIndex

    /// - Parameter files: in the order of their names; rules of later ones come before those of earlier ones.
    package init(files: [File]) {
        profiles = files.reversed().flatMap(\.profiles)
        index = SelectorIndex(profiles.map(\.selector))
        sockets = SocketPlan(files.flatMap(\.profiles).flatMap(\.sockets))
    }

    package static let empty = PolicySet(files: [])

    package var count: Int { profiles.count }

    package var selectors: [ClientSelector] { profiles.map(\.selector) }

    /// Those of one file's profiles, as written.
    package func selectors(inFile path: String) -> [ClientSelector] {
        profiles.filter { $0.origin.file == path }.map(\.selector)
    }

    /// Whatever there is, as if one client matched all of it.
    package var everything: Policy { Policy(profiles) }

    /// Whether a profile that local clients can match tells their own streams from others', which takes their labels.
    package var followsLocalStreams: Bool {
        profiles.contains { $0.followsStreams && $0.selector.canMatchLocal }
    }

    package func policy(for client: Client) -> Policy { policy(of: places(for: client)) }

    /// Where the profiles that are for a client stand among ``profiles``.
    package func places(for client: Client) -> [Int] {
        index.candidates(for: client).filter { profiles[$0].selector.matches(client) }
    }

    /// The union of the profiles at these places.
    package func policy(of places: [Int]) -> Policy { Policy(places.map { profiles[$0] }) }
}
