// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import TestSupport
import Testing

@Suite struct TranscriptTests {
    static let transcripts = Result { try TestFiles.loadTranscripts() }

    static var all: [Transcript] { (try? transcripts.get()) ?? [] }

    @Test func `there are transcripts, and all can be read`() throws {
        #expect(try Self.transcripts.get().count >= 40)
    }

    @Test(arguments: all)
    func `the session does what the transcript says`(transcript: Transcript) throws {
        let policies = try TranscriptPlayer.policySet(of: transcript)
        _ = try TranscriptPlayer.play(transcript, under: policies) { [$0[...]] }
    }

    @Test(arguments: all)
    func `it does the same for bytes that come one by one, or cut anywhere`(transcript: Transcript) throws {
        let policies = try TranscriptPlayer.policySet(of: transcript)
        let whole = try TranscriptPlayer.play(transcript, under: policies) { [$0[...]] }
        #expect(try TranscriptPlayer.play(transcript, under: policies, cut: Self.oneByOne) == whole)
        for place in Self.places(in: transcript) {
            let other = try TranscriptPlayer.play(transcript, under: policies) { bytes in
                place < bytes.count ? [bytes[..<place], bytes[place...]] : [bytes[...]]
            }
            #expect(other == whole, "cut at \(place)")
        }
    }

    @Test(arguments: all)
    func `it does the same for commands and replies that come several at a time`(transcript: Transcript) throws {
        let policies = try TranscriptPlayer.policySet(of: transcript)
        let apart = try TranscriptPlayer.play(transcript, under: policies) { [$0[...]] }
        let together = try TranscriptPlayer.play(Self.joined(transcript), under: policies) { [$0[...]] }
        #expect(together == apart)
    }

    /// Of portions as long as a limit only every so many bytes are apart.
    private static func oneByOne(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        let step = bytes.count > 4096 ? 1021 : 1
        return stride(from: 0, to: bytes.count, by: step).map { bytes[$0..<min($0 + step, bytes.count)] }
    }

    /// Every place of the longest portion, or every so many; of one as long as a limit some at its beginning and some within.
    private static func places(in transcript: Transcript) -> [Int] {
        let longest =
            transcript.steps.map { step in
                switch step.action {
                case .clientSends(let bytes), .torSends(let bytes): bytes.count
                default: 0
                }
            }.max() ?? 0
        return longest > 4096
            ? [1, 2, 3, 20, longest / 2, longest - 2, longest - 1]
            : Array(stride(from: 1, to: max(2, longest), by: max(1, longest / sized(4, 50))))
    }

    /// What one side sends in a row, in one portion.
    private static func joined(_ transcript: Transcript) -> Transcript {
        var joined = transcript
        joined.steps = transcript.steps.reduce(into: []) { steps, step in
            switch (steps.last?.action, step.action) {
            case (.clientSends(let first)?, .clientSends(let second)):
                steps[steps.count - 1] = Transcript.Step(line: step.line, action: .clientSends(first + second))
            case (.torSends(let first)?, .torSends(let second)):
                steps[steps.count - 1] = Transcript.Step(line: step.line, action: .torSends(first + second))
            default:
                steps.append(step)
            }
        }
        return joined
    }
}
