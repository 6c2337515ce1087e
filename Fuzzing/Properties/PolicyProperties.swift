// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

/// What no policy allows, whatever a profile says.
enum PolicyProperties {
    private static let commands = [
        "GETINFO version", "GETINFO version address", "GETINFO circuit-status", "GETCONF SocksPort",
        "GETCONF UseBridges Bridge", "SETCONF UseBridges=1 Bridge=\"a b\"", "RESETCONF Bridge", "SIGNAL NEWNYM",
        "SETEVENTS HS_DESC SIGNAL", "SETEVENTS", "ADD_ONION NEW:BEST Port=80,17600", "ADD_ONION NEW:BEST Port=80,9051",
        "ADD_ONION NEW:BEST Port=80,localhost:1", "PROTOCOLINFO 1", "AUTHENTICATE 00", "QUIT", "TAKEOWNERSHIP",
        "DROPOWNERSHIP", "AUTHCHALLENGE SAFECOOKIE 00", "SETCONF UseBridges=\"a\\r\\n250 OK\"", "DEL_ONION a",
    ].compactMap(Self.command)

    private static func command(_ line: String) -> Command? {
        let words = line.split(separator: " ", maxSplits: 1)
        return Keyword(words[0]).flatMap { Command(keyword: $0, arguments: words.count > 1 ? String(words[1]) : "") }
    }

    static func check(_ policy: Policy, _ client: Client) throws(Violation) {
        let facts = SessionSubject.facts(of: client)
        for command in commands {
            let decided = policy.decide(command, facts: facts)
            for verdict in [decided, policy.complain(decided, command, facts: facts)] {
                guard case .forward(let sent, _) = verdict.decision else { continue }
                try check(sent, facts)
                try require(sent.keyword == command.keyword, "\(command.line) becomes \(sent.line)")
            }
        }
        for event in EventName.known { _ = policy.decide(event) }
    }

    /// - Parameters:
    ///   - sent: a command of a client's on its way to tor.
    ///   - places: targets that the policy names; nil if it may name any.
    static func check(
        _ sent: Command,
        _ facts: SessionFacts,
        named places: Set<OnionTarget>? = nil
    ) throws(Violation) {
        try require(!answeredHere.contains(sent.keyword), "\(sent.keyword) leaves")
        try require(sent.line.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a line that is not printable leaves")
        try require(!QuotedString.hidesControlCharacters(sent.arguments), "a quoted control character leaves")
        guard sent.keyword == .addOnion else { return }
        guard let service = try? AddOnion(parsing: sent.arguments) else {
            throw Violation(description: "an ADD_ONION that cannot be read leaves")
        }
        try require(service.encoded == sent.arguments, "an ADD_ONION leaves as it came")
        for (_, target) in service.targets {
            let refusal = facts.guarded.refusal(of: target, named: places ?? [target])
            try require(refusal == nil, "a service that leads to \(target)")
        }
    }

    private static let answeredHere: Set<Keyword> = [
        .authChallenge, .authenticate, .dropOwnership, .protocolInfo, .quit, .takeOwnership,
    ]
}
