// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// What one client may do: the union of the profiles that are for it, fixed for the life of its session.
package struct Policy: Sendable {
    /// In the order in which they decide: later files before earlier ones, within a file as written.
    package let profiles: [CompiledProfile]
    package let events: [EventName: EventRule]
    /// Streams and circuits are shown as far as they are the client's own, whatever a rule or an entry of `events` says.
    package let isTorBrowserMode: Bool
    /// Whether tor is to be asked, on our own account, for the events that tell whose streams, circuits and descriptors there are.
    package let tracksOwnership: Bool
    /// Whether it has to be found out whose each new stream is.
    package let followsStreams: Bool
    /// Every profile asks to be watched only: one that does not is never loosened by another.
    package let complains: Bool

    package init(_ profiles: [CompiledProfile]) {
        self.profiles = profiles
        events = profiles.reversed().reduce(into: [:]) { events, profile in
            events.merge(profile.events) { _, later in later }
        }
        isTorBrowserMode = profiles.contains(where: \.isTorBrowserMode)
        tracksOwnership = profiles.contains(where: \.tracksOwnership)
        followsStreams = profiles.contains(where: \.followsStreams)
        complains = !profiles.isEmpty && profiles.allSatisfy(\.complains)
    }

    package static let empty = Policy([])

    package var isEmpty: Bool { profiles.isEmpty }

    /// Names of the profiles, in the order of their files.
    package var profileNames: [String] { profiles.reversed().map(\.name) }
}
