// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

/// Ports as a profile may list them, no wider than what was seen shows.
///
/// A program that asks for a certain port has the same one each time; one that takes what is free has another. Which of the two it is
/// one session cannot show for certain, so what was taken for the second stands in a comment.
struct PortChoice: Hashable, Sendable {
    let range: ClosedRange<UInt16>
    /// Why it is more than what was seen; nil if it is not.
    var why: String?

    /// What Linux gives to a program that asks for any port (ip(7), ip_local_port_range).
    private static let ephemeral: ClosedRange<UInt16> = 32_768...60_999

    /// Ports that are asked for by their number: those that were seen and no others, neighbours as one range.
    static func exactly(_ ports: Set<UInt16>) -> [PortChoice] {
        var ranges: [ClosedRange<UInt16>] = []
        for port in ports.sorted() {
            if let last = ranges.last, last.upperBound == port &- 1, port > 0 {
                ranges[ranges.count - 1] = last.lowerBound...port
            } else {
                ranges.append(port...port)
            }
        }
        return ranges.map { PortChoice(range: $0) }
    }

    /// - Parameters:
    ///   - sessions: for each target port, how many sessions had services on it.
    ///   - count: how many sessions had services at all.
    ///   - named: targets that are their own virtual ports, which clients know by their numbers.
    static func targets(
        _ sessions: [UInt16: Int],
        among count: Int,
        named: Set<UInt16> = []
    ) -> [PortChoice] {
        let chosen = sessions.filter {
            !named.contains($0.key) && isLikelyChosenAnew($0.key, sessions: $0.value, among: count)
        }
        let fixed = Set(sessions.keys).subtracting(chosen.keys)
        var choices: [PortChoice] = []
        let anywhere = chosen.keys.filter(ephemeral.contains)
        if !anywhere.isEmpty {
            choices.append(
                PortChoice(
                    range: ephemeral,
                    why: "\(list(anywhere)) seen: what Linux gives to a program that asks for any port"))
        }
        let near = Dictionary(grouping: chosen.keys.filter { !ephemeral.contains($0) }) { $0 / 100 }
        for (hundred, ports) in near.sorted(by: { $0.key < $1.key }) {
            let whole = (hundred * 100)...UInt16(min(Int(hundred) * 100 + 99, Int(UInt16.max)))
            for part in outside(ephemeral, whole).flatMap(withoutGuarded) {
                choices.append(
                    PortChoice(
                        range: part,
                        why: "\(list(ports)) seen, which looks chosen anew each time: the whole hundred; narrow it down"
                    ))
            }
        }
        let rest = fixed.filter { port in !choices.contains { $0.range.contains(port) } }
        return (choices + exactly(rest)).sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// A port that comes again in another session was asked for by its number, and so was one that a person would think of.
    private static func isLikelyChosenAnew(_ port: UInt16, sessions: Int, among count: Int) -> Bool {
        guard port >= 1024, sessions < 2 else { return false }
        return ephemeral.contains(port) || count > 1 || !isRound(port)
    }

    private static func isRound(_ port: UInt16) -> Bool {
        let digits = String(port)
        return port % 10 == 0 || Set(digits).count <= 2
    }

    /// The part of a range below or above another.
    private static func outside(_ other: ClosedRange<UInt16>, _ range: ClosedRange<UInt16>) -> [ClosedRange<UInt16>] {
        guard range.overlaps(other) else { return [range] }
        return range.lowerBound < other.lowerBound ? [range.lowerBound...other.lowerBound - 1] : []
    }

    /// Where tor or this filter usually listens no service is let to.
    private static func withoutGuarded(_ range: ClosedRange<UInt16>) -> [ClosedRange<UInt16>] {
        let usual = GuardedTargets.usual
        let guarded = usual.controlPorts.union(usual.torListeners.control).union(usual.torListeners.proxies)
        return exactly(Set(range).subtracting(guarded)).map(\.range)
    }

    private static func list(_ ports: some Sequence<UInt16>) -> String {
        let sorted = ports.sorted()
        let shown = sorted.prefix(4).map(String.init).joined(separator: ", ")
        return sorted.count > 4 ? "\(shown) and \(sorted.count - 4) more" : shown
    }

    var text: String {
        range.count == 1 ? String(range.lowerBound) : "\(range.lowerBound)-\(range.upperBound)"
    }
}
