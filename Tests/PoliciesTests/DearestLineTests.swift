// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import TestSupport
import Testing

/// A line may be as long as a line can be: what it costs grows with its length alone.
struct DearestLineTests {
    private static let profile = Policy([
        CompiledProfile(
            commands: [
                "GETINFO": [.allow("version"), .allow("[a-z]+ [a-z]+"), .allow("ns/id/.*")],
                "GETCONF": [.allow("(?i)UseBridges"), .allow("x [a-z]+")],
                "SETCONF": [.allow("Nickname=.*")],
                "MAPADDRESS": [.allow("[^ ]+=[^ ]+")],
            ],
            onions: OnionsRule(targetPorts: [1...65535])
        )
    ])

    /// - Parameter unit: what the line repeats behind its beginning.
    private static func command(_ keyword: Keyword, _ start: String, _ unit: String, length: Int) throws -> Command {
        let count = (length - start.utf8.count) / unit.utf8.count
        return try #require(Command(keyword: keyword, arguments: start + String(repeating: unit, count: count)))
    }

    @Test(
        "What a line costs grows with its length alone",
        .disabled(if: isSanitized, "what work costs is another matter with a sanitizer"),
        arguments: [
            (Keyword.getInfo, "", "a "), (.getInfo, "", "version "), (.getConf, "", "UseBridges "),
            (.getConf, "x", " "),
            (.getConf, "", "HiddenServicePort "), (.getConf, "", "zz "), (.setConf, "Bridge=\"", "\\\""),
            (.setConf, "", "Nickname=a "),
            (.addOnion, "NEW:BEST Port=80,", "1."), (.addOnion, "NEW:BEST Port=80,", "a::"),
            (.addOnion, "NEW:BEST Port=", "80,"), (.addOnion, "NEW:BEST Port=80,unix:", "/a"),
            (.addOnion, "NEW:BEST Flags=Detach", ",Detach"), (.addOnion, "ED25519-V3:", "A"), (.setEvents, "", "CIRC "),
            (.setEvents, "", "CIRC BW "), (.mapAddress, "", "a=\"b\" "), (.delOnion, "", "a "),
        ]
    )
    func linear(keyword: Keyword, start: String, unit: String) throws {
        let short = try Self.command(keyword, start, unit, length: Limits.clientFrame / 8)
        let long = try Self.command(keyword, start, unit, length: Limits.clientFrame)
        let facts = SessionFacts(client: Client(transport: .unix(socket: nil)))
        // Many times, since it is done in microseconds.
        func decide(_ command: Command) {
            for _ in 0..<10 {
                _ = Self.profile.complain(Self.profile.decide(command, facts: facts), command, facts: facts)
            }
        }
        // Eight times the length: eight times as much, and sixty-four if it grew with the square.
        #expect(costRatio(small: { decide(short) }, large: { decide(long) }) < 24)
    }
}
