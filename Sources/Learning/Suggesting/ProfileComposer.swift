// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies
import Profiles
import Rehearsal

/// Writes a profile, looks at it as `check --strict` does, takes out what that names, and proves what is left.
struct ProfileComposer {
    let application: ObservedApplication
    let qualification: Qualification
    let name: String
    let options: Suggestion.Options
    /// The profile that it stands beside, if it is an addition.
    let base: ExistingProfile?
    let isWanted: (Int) -> Bool

    struct Composed {
        let text: String
        let draft: ProfileDraft
        let answerableCount: Int
        let playedCount: Int
    }

    /// Each round takes out all that was found; what is found then was hidden behind it.
    private static let mostRounds = 8

    private static let path = "suggested.yml"

    func compose() throws(SuggestionFailure) -> Composed {
        var draft = ProfileDraft(application, beside: base?.eventNames ?? [], where: isWanted)
        var answerable: Set<RuleDraft> = []
        var loaded = try settle(&draft, &answerable)
        var proof = prove(draft, on: profiles(in: loaded))
        // Commands that are refused by what they say, whatever a profile allows.
        if !proof.refused.isEmpty {
            draft.leaveOut(proof.refused)
            loaded = try settle(&draft, &answerable)
            proof = prove(draft, on: profiles(in: loaded))
        }
        guard draft.wishes.contains(where: { draft.refusal(of: $0) == nil }) else {
            throw .nothingLeft(comments: writer(draft).write(tests: []).comments)
        }
        guard proof.strangers == 0 else { throw .notProven("it is not for all of the clients") }
        if let (index, why) = proof.refused.min(by: { $0.key < $1.key }) {
            let shown = ProfileWriter.shown(draft.wishes[index].seen).visible
            throw .notProven("`\(shown)` is refused: \(why)")
        }
        let remarks =
            proof.foreignServices.count == 0
            ? []
            : [
                "Services were removed that the same session had not published: that is allowed for its own services alone, "
                    + "detached ones of earlier sessions among them."
            ]
        guard let client = application.clients.first?.client(by: qualification.socket) else {
            throw .nothingKnown
        }
        let tests = TestWriter(profiles(in: loaded), client: client, draft: draft)
        let text = writer(draft, remarks: remarks).write(tests: tests.tests(of: draft))
        loaded = load(text)
        let complaints = self.complaints(in: loaded)
        if let first = complaints.first { throw .notProven(first.description) }
        let rehearsal = Rehearsal(of: file(in: loaded))
        if let first = rehearsal.failures.first { throw .notProven(first.description) }
        return Composed(
            text: text.text, draft: draft, answerableCount: answerable.count, playedCount: proof.playedCount)
    }

    private func writer(_ draft: ProfileDraft, remarks: [String] = []) -> ProfileWriter {
        ProfileWriter(
            application: application, draft: draft, qualification: qualification, name: name, isAddition: base != nil,
            remarks: remarks)
    }

    // MARK: What check says

    /// Writes the draft until nothing is found in it that could be taken out.
    private func settle(
        _ draft: inout ProfileDraft,
        _ answerable: inout Set<RuleDraft>
    ) throws(SuggestionFailure) -> LoadedProfiles {
        for _ in 0..<Self.mostRounds {
            let text = writer(draft).write(tests: [])
            let loaded = load(text)
            let complaints = self.complaints(in: loaded)
            guard !complaints.isEmpty else { return loaded }
            var changes: [RuleDraft: RuleState] = [:]
            for complaint in complaints {
                guard complaint.file == Self.path, let line = complaint.line, let rule = text.owner(ofLine: line),
                    changes[rule] == nil
                else { continue }
                changes[rule] = mend(rule, complaint, draft, &answerable)
            }
            guard !changes.isEmpty else { throw .notProven(complaints[0].description) }
            draft.set(changes)
        }
        throw .notProven("it has findings whatever is taken out")
    }

    /// What becomes of a rule of which there is a finding.
    private func mend(
        _ rule: RuleDraft,
        _ complaint: Diagnostic,
        _ draft: ProfileDraft,
        _ answerable: inout Set<RuleDraft>
    ) -> RuleState {
        let why = Self.reason(complaint)
        guard draft.states[rule] == .granted else { return .leftOut(why: why) }
        if complaint.name == .leakingEvent { return .suppressed(why: why) }
        guard complaint.name == .dangerousPermission, Self.isAnswerable(rule) else { return .leftOut(why: why) }
        answerable.insert(rule)
        return options.answers ? .answered(why: why) : .leftOut(why: why)
    }

    /// Questions, and orders of which a program only wants to hear that they were carried out.
    private static func isAnswerable(_ rule: RuleDraft) -> Bool {
        switch rule.section {
        case .option: true
        case .command(let name): ["GETINFO", "GETCONF", "SETCONF", "RESETCONF"].contains(name)
        case .event, .onions, .target: false
        }
    }

    /// The part of a finding that says why: behind the command that it was tried with.
    private static func reason(_ complaint: Diagnostic) -> String {
        let message = complaint.message
        guard complaint.severity != .error, complaint.name == .dangerousPermission || complaint.name == .leakingEvent,
            let colon = message.ranges(of: "gets through: ").first ?? message.ranges(of: ": ").first
        else { return message }
        let why = message[colon.upperBound...]
        return String(why.prefix(upTo: why.ranges(of: "; so do ").first?.lowerBound ?? why.endIndex))
    }

    // MARK: Loading

    /// The profile in a file of its own, behind the one that it stands beside.
    private func load(_ text: ProfileText) -> LoadedProfiles {
        let source = SourceFile(path: Self.path, name: Self.path, content: .bytes(Array(text.text.utf8)))
        return ProfileLoader(isStrict: true, lints: true).load((base.map { [$0.source] } ?? []) + [source])
    }

    /// Findings of what was written, and such as a file beside it has only since then.
    private func complaints(in loaded: LoadedProfiles) -> [Diagnostic] {
        let before = base.map { ProfileLoader(isStrict: true, lints: true).load([$0.source]).diagnostics } ?? []
        return loaded.diagnostics.filter { diagnostic in
            diagnostic.severity != .note && (diagnostic.file == Self.path || !before.contains(diagnostic))
        }
    }

    private func file(in loaded: LoadedProfiles) -> LoadedProfiles.File { loaded.files[loaded.files.count - 1] }

    private func profiles(in loaded: LoadedProfiles) -> [CompiledProfile] {
        (base?.profiles ?? []) + file(in: loaded).profiles
    }

    // MARK: Proof

    /// - Returns: what is refused, by the number of the wish.
    private func prove(_ draft: ProfileDraft, on profiles: [CompiledProfile]) -> Proof {
        var numbers: [Int: Int] = [:]
        // What the profile beside it allows belongs to the sessions, too.
        var examples: [Command?] =
            base == nil
            ? Array(repeating: nil, count: application.commands.count)
            : ProfileDraft(application).wishes.map(\.example)
        for (number, index) in application.commands.indices.filter(isWanted).enumerated() {
            numbers[index] = number
            let wish = draft.wishes[number]
            examples[index] = draft.refusal(of: wish) == nil ? wish.example : nil
        }
        var proof = Proof(application, examples: examples, on: profiles, by: qualification.socket)
        proof.renumber(numbers)
        return proof
    }
}
