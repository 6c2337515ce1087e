// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies

/// Writes a draft as a profile: what it allows, each line with how often it was needed, and what it leaves out with the reasons.
struct ProfileWriter {
    let application: ObservedApplication
    let draft: ProfileDraft
    let qualification: Qualification
    let name: String
    /// Whether it is a profile that stands beside one that is there.
    let isAddition: Bool
    /// What was found out about it when it was played.
    var remarks: [String] = []

    /// Commands left out that are listed one by one.
    static let mostListed = 100
    /// What of a command is shown in a comment.
    static let shownLength = 160

    func write(tests: [WrittenTest]) -> ProfileText {
        var text = ProfileText()
        writeHead(&text)
        writeLeftOut(&text)
        text.add("- name: \(YAMLText.quoted(name))")
        for note in qualification.notes { text.comment(note, indent: 2) }
        for entry in qualification.entries { text.add("  \(entry.key): [\(entry.values.joined(separator: ", "))]") }
        writeCommands(&text)
        writeOnions(&text)
        writeOptions(&text)
        writeEvents(&text)
        guard !tests.isEmpty else { return text }
        text.add("  tests:")
        for test in tests { for line in test.lines { text.add("    " + line) } }
        return text
    }

    // MARK: Comments

    private func writeHead(_ text: inout ProfileText) {
        let commands = application.tally.count == 1 ? "1 command" : "\(application.tally.count) commands"
        let sessions = application.sessionCount == 1 ? "1 session" : "\(application.sessionCount) sessions"
        var span = ""
        if let first = application.tally.first, let last = application.tally.last {
            span = ", \(first.secondText) to \(last.secondText)"
        }
        text.comment(
            isAddition
                ? "Suggested by onion-sieve beside a profile that is there, from \(commands) in \(sessions)\(span)."
                : "Suggested by onion-sieve from \(commands) in \(sessions)\(span).")
        text.comment(
            "Whoever made the trail chose what stands here: read every line, take out what the program does not need, and see "
                + "onion-sieve-suggest(8) for what to look at.")
        for remark in remarks { text.comment(remark) }
        if application.overlooked.count > 0 {
            text.comment(
                "Not looked at, since there were too many different ones: commands that were sent "
                    + "\(application.overlooked.text).")
        }
    }

    private func writeLeftOut(_ text: inout ProfileText) {
        let leftOut = draft.wishes.compactMap { wish in draft.refusal(of: wish).map { (wish, $0) } }
        guard !leftOut.isEmpty else { return }
        text.add("#")
        text.comment("Left out:")
        for (wish, why) in leftOut.prefix(Self.mostListed) {
            text.comment("- \(Self.shown(wish.seen)) (\(wish.tally.text)): \(why)", hanging: 2)
        }
        if leftOut.count > Self.mostListed {
            text.comment("- \(leftOut.count - Self.mostListed) more, which are not listed")
        }
    }

    static func shown(_ seen: ObservedApplication.Seen) -> String {
        let line = seen.arguments.map { "\(seen.name) \($0)" } ?? seen.name
        return line.utf8.count > shownLength
            ? String(decoding: line.utf8.prefix(shownLength), as: UTF8.self) + "... (\(line.utf8.count) bytes)" : line
    }

    private func note(_ rule: RuleDraft) -> String {
        let tally = draft.tallies[rule]?.text ?? ""
        let kinds = rule.kinds.map(\.rawValue)
        return "# \(tally)" + (kinds.isEmpty ? "" : "; it takes \(kinds.joined(separator: ", "))")
    }

    // MARK: Rules

    private func writeCommands(_ text: inout ProfileText) {
        let names = draft.commandNames
        let options = answeredOptions
        guard !names.isEmpty || !options.isEmpty else { return }
        text.add("  commands:")
        for name in names {
            text.add("    \(name):")
            for rule in draft.rules(in: .command(name)) { write(rule, name, &text) }
            if name == "GETCONF" { for rule in options { write(rule, name, &text) } }
        }
        if !options.isEmpty, !names.contains("GETCONF") {
            text.add("    GETCONF:")
            for rule in options { write(rule, "GETCONF", &text) }
        }
    }

    private func write(_ rule: RuleDraft, _ command: String, _ text: inout ProfileText) {
        let pattern = YAMLText.quoted(rule.text)
        let line: String
        if case .answered(let why)? = draft.states[rule] {
            text.comment("Answered without tor, and nothing is told or done: \(why).", indent: 6)
            let answer = Self.answer(to: command, rule).map(YAMLText.quoted).joined(separator: ", ")
            let named = rule.section == .option ? YAMLText.quoted("(?i)\(rule.text)") : pattern
            line = "{pattern: \(named), answer: [\(answer)]}"
        } else if rule.isOwn {
            line = "{pattern: \(pattern), own: true}"
        } else {
            line = pattern
        }
        text.add("      - \(line)  \(note(rule))", rule)
    }

    /// What tor would say if there were nothing to tell, or nothing left to do.
    static func answer(to command: String, _ rule: RuleDraft) -> [String] {
        switch command {
        case "GETINFO" where ["address", "address/v4", "address/v6"].contains(rule.text): ["551 Address unknown"]
        // What tor says where it does not know.
        case "GETINFO" where rule.text == "process/pid": ["250-process/pid=0", "250 OK"]
        case "GETINFO" where ["process/uid", "process/descriptor-limit"].contains(rule.text):
            ["250-\(rule.text)=-1", "250 OK"]
        case "GETINFO" where rule.kinds.isEmpty: ["250-\(plain(rule.text))=", "250 OK"]
        case "GETINFO": ["551 Not known"]
        case "GETCONF": ["250 \(rule.text)"]
        default: ["250 OK"]
        }
    }

    /// The text that a pattern without anything general matches.
    private static func plain(_ pattern: String) -> String {
        var plain = ""
        var isEscaped = false
        for character in pattern {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain
    }

    private var answeredOptions: [RuleDraft] {
        draft.rules(in: .option).filter { if case .answered? = draft.states[$0] { true } else { false } }
    }

    private func writeOptions(_ text: inout ProfileText) {
        let rules = draft.rules(in: .option).filter { draft.states[$0] == .granted }.sorted { $0.text < $1.text }
        guard !rules.isEmpty else { return }
        text.add("  confs:")
        for rule in rules { text.add("    \(rule.text):  \(note(rule))", rule) }
    }

    private func writeEvents(_ text: inout ProfileText) {
        let rules = draft.rules(in: .event).sorted { $0.text < $1.text }
        guard !rules.isEmpty else { return }
        text.add("  events:")
        for rule in rules {
            switch draft.states[rule] {
            case .suppressed(let why)? where rule.text == "STATUS_CLIENT":
                text.comment("All but the arrival of a consensus is kept from it: \(why).", indent: 4)
                text.add("    \(rule.text):  \(note(rule))", rule)
                text.add("      response:")
                text.add("        - {pattern: '(650 STATUS_CLIENT NOTICE CONSENSUS_ARRIVED)', replacement: '{}'}")
                text.add("      else: drop")
            case .suppressed(let why)?:
                text.comment("It may ask for it, and is told nothing: \(why).", indent: 4)
                text.add("    \(rule.text): {suppress: true}  \(note(rule))", rule)
            default:
                text.add("    \(rule.text):\(rule.isOwn ? " {own: true}" : "")  \(note(rule))", rule)
            }
        }
    }

    // MARK: Services

    private func writeOnions(_ text: inout ProfileText) {
        guard let onions = draft.onions(application) else { return }
        text.comment("With it go DEL_ONION of its services, and GETINFO onions/current, which lists them.", indent: 2)
        text.comment(
            "Any of these ports may lead to any of these targets. Each target must be the program's own: what else listens "
                + "there would be published.",
            indent: 2)
        text.add("  onions:  # \(draft.tallies[.onions]?.text ?? "")", .onions)
        text.add(
            "    keys: [\(OnionsRule.Key.allCases.filter(onions.keys.contains).map(\.rawValue).joined(separator: ", "))]"
        )
        text.add("    ports: [\(PortChoice.exactly(onions.ports).map(\.text).joined(separator: ", "))]")
        text.add("    targets:")
        for choice in PortChoice.targets(onions.targets, among: onions.sessionCount, named: onions.named) {
            if let why = choice.why { text.comment(why + ".", indent: 6) }
            text.add("      - \(choice.text)")
        }
        for path in onions.paths.sorted() {
            text.comment("Nobody else may be able to put a link where this path leads.", indent: 6)
            text.add("      - \(YAMLText.quoted("unix:" + path))", RuleDraft(section: .target, text: path))
        }
        if !onions.flags.isEmpty {
            let flags = AddOnion.Flag.allCases.filter(onions.flags.contains).map(\.rawValue)
            if onions.flags.contains(.detach) {
                text.comment("Detached services stay when the program has gone.", indent: 4)
            }
            if onions.flags.contains(.nonAnonymous) {
                text.comment(
                    "A service that is not anonymous: everybody can find out where this machine is.", indent: 4)
            }
            text.add("    flags: [\(flags.joined(separator: ", "))]")
        }
        if !onions.parameters.isEmpty {
            text.comment("Each with any value.", indent: 4)
            let parameters = OnionsRule.Parameter.allCases.filter(onions.parameters.contains).map(\.rawValue)
            text.add("    parameters: [\(parameters.joined(separator: ", "))]")
        }
        text.add("    max: \(onions.max)")
    }
}
