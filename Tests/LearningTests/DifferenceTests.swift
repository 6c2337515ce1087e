// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Policies
import Profiles
import Testing

@testable import Learning

/// What a profile that is there lacks of what its clients did.
@Suite struct DifferenceTests {
    static let text = """
        - name: share
          users: [alice, bob]
          apparmor-profiles: [onionshare]
          commands:
            GETINFO: ['version', 'status/bootstrap-phase']
            SIGNAL: ['NEWNYM', 'ACTIVE']
          confs:
            UseBridges:
          events:
            BW:
            HS_DESC: {own: true}
        """

    private static func existing(_ text: String = text) throws -> ExistingProfile {
        let source = SourceFile(path: "share.yml", name: "share.yml", content: .bytes(Array(text.utf8)))
        let file = try #require(ProfileLoader().load([source]).files.first)
        return try #require(ExistingProfile("share", in: file, source: source))
    }

    private static func difference(_ lines: [String]) throws -> Suggestion {
        var trail = Trail()
        trail.add(Trail.onionshare, lines)
        return try Suggestion(for: trail.lessons.applications[0], beside: existing())
    }

    @Test func `what is missing stands behind the profile in its file`() throws {
        let lines = [
            "GETINFO version", "GETINFO version traffic/read", "SIGNAL NEWNYM", "ADD_ONION NEW:BEST Port=80,8080",
            "SETEVENTS BW NEWCONSENSUS", "GETINFO address",
        ]
        let suggestion = try Self.difference(lines)
        #expect(suggestion.leftOutCount == 1)
        for there in ["'NEWNYM'", "status/bootstrap-phase"] { #expect(!suggestion.text.contains(there)) }
        let judge = try Judge(Self.text + "\n" + suggestion.text)
        for line in lines.dropLast() { #expect(judge.decision(line) != "filter", "\(line)\n\(suggestion.text)") }
        for line in ["GETINFO address", "GETINFO traffic/written", "SIGNAL HALT"] {
            #expect(judge.decision(line) == "filter")
        }
    }

    @Test func `services of the profile that is there may be listed and taken away where that is what it lacks`() throws
    {
        let text = Self.text.replacing("SIGNAL: ['NEWNYM', 'ACTIVE']", with: "ADD_ONION: ['NEW:BEST Port=80,8080']")
        let lines = [
            "ADD_ONION NEW:BEST Port=80,8080", "GETINFO onions/current", "DEL_ONION \(SuggestionTests.service)",
        ]
        var trail = Trail()
        trail.add(Trail.onionshare, lines)
        let suggestion = try Suggestion(for: trail.lessons.applications[0], beside: Self.existing(text))
        #expect(suggestion.leftOutCount == 0)
        #expect(suggestion.text.contains("{pattern: '[a-z2-7]{56}', own: true}"))
        let together = text + "\n" + suggestion.text
        _ = try Judge(together)
        #expect(try Suggestion(for: trail.lessons.applications[0], beside: Self.existing(together)).text.isEmpty)
    }

    @Test func `services beside those of the profile that is there count with them`() throws {
        let text =
            Self.text + "\n  onions: {keys: [new], ports: [80], targets: [8080], max: 1}"
        let lines = [
            "ADD_ONION NEW:BEST Port=80,8080", "ADD_ONION NEW:BEST Port=443,9090", "GETINFO address",
        ]
        var trail = Trail()
        trail.add(Trail.onionshare, lines)
        let suggestion = try Suggestion(for: trail.lessons.applications[0], beside: Self.existing(text))
        #expect(suggestion.leftOutCount == 1)
        #expect(suggestion.text.contains("ports: [443]"))
        #expect(suggestion.text.contains("max: 2"))
        let again = try Suggestion(
            for: trail.lessons.applications[0], beside: Self.existing(text + "\n" + suggestion.text))
        #expect(again.text.isEmpty)
        #expect(again.comments.contains("GETINFO address (once"))
        #expect(again.comments.split(separator: "\n").allSatisfy { $0.hasPrefix("#") })
    }

    @Test func `what a profile says of an event stays`() throws {
        let text = Self.text.replacing("BW:", with: "STREAM: {suppress: true}")
        var trail = Trail()
        trail.add(Trail.onionshare, ["SETEVENTS STREAM BW"])
        let suggestion = try Suggestion(for: trail.lessons.applications[0], beside: Self.existing(text))
        #expect(suggestion.leftOutCount == 0)
        #expect(suggestion.text.contains("    BW:"))
        #expect(!suggestion.text.contains("STREAM:"))
    }

    @Test func `nothing missing is nothing to print`() throws {
        let suggestion = try Self.difference(["GETINFO version", "SETEVENTS BW"])
        #expect(suggestion.text.isEmpty)
        #expect(suggestion.playedCount == 2)
    }

    @Test func `what nothing needed is named by its place`() throws {
        let suggestion = try Self.difference(["GETINFO version", "SIGNAL ACTIVE", "SETEVENTS HS_DESC"])
        #expect(suggestion.unused.map(\.line) == [5, 6, 8, 10])
    }

    @Test func `a profile that is not for the clients is not compared with them`() throws {
        var trail = Trail()
        var client = Trail.onionshare
        client.label = "other"
        trail.add(client, ["GETINFO version"])
        #expect(throws: SuggestionFailure.self) {
            try Suggestion(for: trail.lessons.applications[0], beside: Self.existing())
        }
    }
}
