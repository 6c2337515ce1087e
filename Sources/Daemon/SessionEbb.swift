// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Whether so many sessions have gone that what they left is worth giving back: half of them. Where they come and go all the time it is
/// not.
struct SessionEbb {
    private var count = 0
    /// The most sessions since it was given back last.
    private var peak = 0
    /// How many there were when it was made out that it would be given back.
    private var mark = 0

    /// Whether to give back soon.
    mutating func sessionsChanged(to count: Int) -> Bool {
        self.count = count
        peak = max(peak, count)
        return Self.isHalved(peak, count)
    }

    mutating func willGiveBack() { mark = count }

    /// Whether to do it once more: of sessions that have gone meanwhile the connections may have lingered, with their memory.
    mutating func gaveBack() -> Bool {
        peak = count
        return Self.isHalved(mark, count)
    }

    private static func isHalved(_ before: Int, _ now: Int) -> Bool { before > 0 && now <= before / 2 }
}
