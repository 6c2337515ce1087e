// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
package import Policies
import Rehearsal

/// A profile made of what an application was seen to do, or what a profile that is there lacks of it.
///
/// It is shown only if it was proven: `check --strict` has nothing to say about it, its tests come out as they say, and every command
/// that it is said to allow was played on it and allowed.
package struct Suggestion: Sendable {
    /// The profile as a file; empty if nothing is missing.
    package let text: String
    /// Where the text is empty, what was left out, as comments; else they stand in it.
    package let comments: String
    /// Commands that the profile allows, and those that it leaves out, each different one once.
    package let allowedCount: Int
    package let leftOutCount: Int
    /// Of these, dangerous ones that may be answered without tor instead.
    package let answerableCount: Int
    /// Commands that were played to see that.
    package let playedCount: Int
    /// Rules of the profile that is there which nothing in the trail needed, by their places.
    package let unused: [RuleOrigin]

    package struct Options: Sendable {
        package var name: String?
        /// Whether dangerous questions and orders are answered without tor.
        package var answers = false

        package init() {}
    }

    package init(for application: ObservedApplication, options: Options = Options()) throws(SuggestionFailure) {
        let name = options.name ?? application.identity.profileName
        let composer = ProfileComposer(
            application: application, qualification: try Qualification(application, name: name), name: name,
            options: options, base: nil, isWanted: { _ in true })
        let composed = try composer.compose()
        self.init(composed, unused: [])
    }

    /// What a profile lacks.
    ///
    /// - Parameters:
    ///   - file: the file that it is in, as it was loaded.
    ///   - profile: its name.
    package init(
        for application: ObservedApplication,
        beside file: ExistingProfile,
        options: Options = Options()
    ) throws(SuggestionFailure) {
        let draft = ProfileDraft(application)
        let proof = Proof(application, examples: draft.wishes.map(\.example), on: file.profiles, by: nil)
        guard proof.strangers == 0 else {
            throw .notProven("the profile `\(file.name)` is not for all of the clients, at least not any more")
        }
        let missing = Set(draft.wishes.indices.filter { draft.wishes[$0].example == nil || proof.refused[$0] != nil })
        let unused = file.unused(used: proof.used, by: draft)
        guard missing.contains(where: { draft.wishes[$0].example != nil }) else {
            self.init(playedCount: proof.playedCount, unused: unused, leftOutCount: missing.count, comments: "")
            return
        }
        let composer = ProfileComposer(
            application: application, qualification: Qualification(like: file.selector),
            name: options.name ?? file.freeName, options: options, base: file,
            isWanted: { missing.contains($0) })
        let composed: ProfileComposer.Composed
        do {
            composed = try composer.compose()
        } catch .nothingLeft(let comments) {
            self.init(playedCount: proof.playedCount, unused: unused, leftOutCount: missing.count, comments: comments)
            return
        }
        self.init(composed, unused: unused)
    }

    private init(_ composed: ProfileComposer.Composed, unused: [RuleOrigin]) {
        (text, comments) = (composed.text, "")
        allowedCount = composed.draft.wishes.count { composed.draft.refusal(of: $0) == nil }
        leftOutCount = composed.draft.wishes.count - allowedCount
        answerableCount = composed.answerableCount
        playedCount = composed.playedCount
        self.unused = unused
    }

    private init(playedCount: Int, unused: [RuleOrigin], leftOutCount: Int, comments: String) {
        (text, self.comments) = ("", comments)
        allowedCount = 0
        self.leftOutCount = leftOutCount
        answerableCount = 0
        self.playedCount = playedCount
        self.unused = unused
    }
}
