// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Patterns
import Policies

/// Arguments that a pattern lets ride along with those that it is for.
extension ProfileLint {
    private struct Rider {
        /// What is put into arguments that pass.
        let text: String
        /// What nobody has in mind, in the same place: only a pattern that takes this, too, lets anything ride along. One that
        /// names what may follow does not.
        let anything: String
        /// What of it is to be seen in what is sent.
        let trace: Trace
        let why: String
    }

    private enum Trace {
        /// A word by itself: a key, a flag.
        case word(String)
        /// An option of tor's, set or set back.
        case option(String)
        /// A service for one more port.
        case port(UInt16)
        /// A service that stays.
        case detached
    }

    private static let riders: [String: [Rider]] = [
        "SETCONF": [
            Rider(
                text: " ORPort=9001", anything: " Unlisted=1", trace: .option("ORPort"),
                why: "it makes a relay of this machine"),
            Rider(
                text: " ORPort=\"9001\"", anything: " Unlisted=\"1\"", trace: .option("ORPort"),
                why: "it makes a relay of this machine"),
            Rider(
                text: "\" ORPort=\"9001", anything: "\" Unlisted=\"1", trace: .option("ORPort"),
                why: "it makes a relay of this machine"),
            Rider(
                text: " SafeLogging=0", anything: " Unlisted=0", trace: .option("SafeLogging"),
                why: "it lets tor's log name what everybody does"),
        ],
        "RESETCONF": [
            Rider(
                text: " ORPort", anything: " Unlisted", trace: .option("ORPort"),
                why: "it changes what the machine offers"),
            Rider(
                text: " ORPort=9001", anything: " Unlisted=1", trace: .option("ORPort"),
                why: "it makes a relay of this machine"),
        ],
        "ADD_ONION": [
            Rider(text: " Port=22,22", anything: " Unlisted=1", trace: .port(22), why: "it publishes SSH"),
            Rider(
                text: " Flags=Detach", anything: " Unlisted=1", trace: .detached,
                why: "the service outlives the session that made it"),
            Rider(
                text: ",Detach", anything: ",Unlisted", trace: .detached,
                why: "the service outlives the session that made it"),
        ],
        "GETINFO": [
            Rider(
                text: " config-text", anything: " un/listed", trace: .word("config-text"),
                why: "it tells tor's whole configuration"),
            Rider(
                text: " address", anything: " unlisted", trace: .word("address"), why: "it tells the machine's address"),
        ],
        "GETCONF": [
            Rider(
                text: " HashedControlPassword", anything: " Unlisted", trace: .word("HashedControlPassword"),
                why: "it tells the password of the control port"),
            Rider(text: " Bridge", anything: " Unlisted", trace: .word("Bridge"), why: "it tells the bridges"),
        ],
        "ONION_CLIENT_AUTH_ADD": [
            Rider(
                text: " Flags=Permanent", anything: " Unlisted=1", trace: .word("Flags=Permanent"),
                why: "tor writes the key to its disk")
        ],
    ]

    mutating func checkTrailingArguments(_ rule: LintedProfile.Rule) {
        guard let riders = Self.riders[rule.command.ruleName] else { return }
        guard rule.compiled.pattern.mayHoldBlank || rule.command.keyword == .addOnion else { return }
        for witness in profile.witnesses(of: rule).prefix(8) {
            guard let plain = profile.passage(rule, witness)?.sent else { continue }
            for rider in riders {
                guard let arguments = carrying(rider, witness, rule, plain) else { continue }
                tell(
                    .trailingArguments,
                    "`\(rule.command.ruleName) \(arguments)` gets through: the pattern lets more arguments ride along, and "
                        + "with this one \(rider.why)",
                    at: rule.entry.pattern.mark,
                    hint: Self.advice(on: rule.command.ruleName)
                )
                return
            }
        }
    }

    /// Places at which a rider is tried on the whole profile: where it is not seen in what is sent, it is at none of many more.
    private static let tries = 16

    /// The arguments with more in them, if they pass: at the end, at a blank, or anywhere.
    ///
    /// - Parameter plain: what is sent without the rider.
    private func carrying(
        _ rider: Rider,
        _ arguments: String,
        _ rule: LintedProfile.Rule,
        _ plain: Command
    ) -> String? {
        let pattern = rule.compiled.pattern
        // Several keys or options at once are asked for one by one, unless a pattern has a blank in it: then the pattern must let
        // the other one pass by itself, too.
        let asksEach = [.getInfo, .getConf].contains(rule.command.keyword) && !pattern.hasLiteralBlank
        if asksEach, !pattern.matches(String(rider.anything.dropFirst())) { return nil }
        if asksEach, profile.passage(rule, String(rider.text.dropFirst())) == nil { return nil }
        var tries = 0
        let blanks = arguments.indices.filter { arguments[$0] == " " }
        for place in [arguments.endIndex] + blanks.reversed() + arguments.indices.reversed() {
            let (head, tail) = (arguments[..<place], arguments[place...])
            guard pattern.matches(String(head + rider.anything + tail)) else { continue }
            let carried = String(head + rider.text + tail)
            guard pattern.matches(carried) else { continue }
            tries += 1
            guard tries <= Self.tries else { return nil }
            guard let sent = profile.passage(rule, carried)?.sent,
                has(sent, rider.trace), !has(plain, rider.trace),
                [.getInfo, .onionClientAuthAdd].contains(rule.command.keyword)
                    || Phrase.isLikely(carried, in: rule.command.ruleName)
            else { continue }
            return carried
        }
        return nil
    }

    private func has(_ command: Command, _ trace: Trace) -> Bool {
        switch trace {
        case .word(let word): command.arguments.words.contains { $0 == word }
        case .option(let name):
            ConfAssignments(arguments: command.arguments)?.assignments.contains { $0.option.name == name } ?? false
        case .port(let port): service(command)?.targets.contains { $0.virtualPort == port } ?? false
        case .detached: service(command)?.isDetached ?? false
        }
    }

    private func service(_ command: Command) -> AddOnion? { try? AddOnion(parsing: command.arguments) }

    private static func advice(on command: String) -> String {
        let end = "say what may stand at the end, as in `[01]` or `\\S+`"
        return switch command {
        case "SETCONF", "RESETCONF", "GETCONF": "\(end), or list the options under `confs`, which judges each by itself"
        case "ADD_ONION": "\(end), or use `onions`, which judges each argument by itself"
        case "GETINFO": "write one key in each pattern: several are allowed in one command if each is"
        default: end
        }
    }
}
