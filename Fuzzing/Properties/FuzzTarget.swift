// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What is fuzzed, by the name of the program that does it. ``check(_:)`` is the same for the fuzzers and for the tests that
/// go through `Fuzzing/Corpus` and `Fuzzing/Findings`.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case commands = "FuzzCommands"
    case replies = "FuzzReplies"
    case session = "FuzzSession"
    case profile = "FuzzProfile"
    case patterns = "FuzzPatterns"
    case sockDiag = "FuzzSockDiag"
    case trail = "FuzzTrail"
    case differential = "FuzzDifferential"
    case arguments = "FuzzArguments"
    case addresses = "FuzzAddresses"
    case link = "FuzzLink"
    case processes = "FuzzProcesses"
    case status = "FuzzStatus"
    case report = "FuzzReport"
    case suggestion = "FuzzSuggestion"
    case questions = "FuzzQuestions"
    case cookie = "FuzzCookie"
    case records = "FuzzRecords"
    case ownership = "FuzzOwnership"

    /// What is wrong with the policy under which sessions are fuzzed: whatever stands here would hide findings.
    package static var mistakesInPolicy: [String] { SessionSubject.mistakes }

    /// The names of the commands that leave for tor of an input of ``differential``: where none do, nothing is shown.
    package static func forwarded(_ input: [UInt8]) throws(Violation) -> [String] {
        try DifferentialProperties.forwarded(input)
    }

    /// Bytes of an input of ``differential`` that choose its policy; the client's are behind them.
    package static var policyByteCount: Int { DrawnPolicy.byteCount }

    /// Throws if a property does not hold for the input; a trap is a finding as well.
    package func check(_ input: [UInt8]) throws(Violation) {
        switch self {
        case .commands: try CommandProperties.check(input)
        case .replies: try ReplyProperties.check(input)
        case .session: try SessionProperties.check(input)
        case .profile: try ProfileProperties.check(input)
        case .patterns: try PatternProperties.check(input)
        case .sockDiag: try SockDiagProperties.check(input)
        case .trail: try TrailProperties.check(input)
        case .differential: try DifferentialProperties.check(input)
        case .arguments: try ArgumentProperties.check(input)
        case .addresses: try AddressProperties.check(input)
        case .link: try LinkProperties.check(input)
        case .processes: try ProcessProperties.check(input)
        case .status: try StatusProperties.check(input)
        case .report: try ReportProperties.check(input)
        case .suggestion: try SuggestionProperties.check(input)
        case .questions: try QuestionProperties.check(input)
        case .cookie: try CookieProperties.check(input)
        case .records: try RecordProperties.check(input)
        case .ownership: try OwnershipProperties.check(input)
        }
    }
}
