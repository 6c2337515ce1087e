// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit
import Daemon
import Learning
import Policies
import Profiles
import Reports

/// `onion-sieve suggest`: makes a profile of what an application was seen to do.
struct Suggest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "suggest",
        abstract: "Make a profile of what an audit trail says that an application did.",
        discussion: """
            Let the application run under `serve --complain`, with all that it does, at least twice; then give the trail. What is \
            printed allows that and no more: `check --strict` has nothing to say about it, and all that was recorded was played on \
            it. What is dangerous, or cannot be told, is left out and stands in comments with the reason. Read it before you use it: \
            whoever made the trail chose what stands there.

            With --profile, only what clients of that profile did counts, and what is printed is what that profile lacks: another one \
            to stand beside it, at the end of its file or in one of its own.

            Exit status is 0 if there is something to print, or nothing is missing, and 1 if nothing can be suggested: several \
            applications are listed to choose from.
            """
    )

    @OptionGroup
    var trails: TrailOptions

    @OptionGroup(title: "Which records")
    var filters: TrailFilterOptions

    @OptionGroup
    var places: ProfilePlaces

    @Option(
        help: ArgumentHelp("Which of several applications is meant, by its number in the list.", valueName: "number"))
    var application: Int?

    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp(
            "Print what this profile lacks for what its own clients did; given once at most.", valueName: "name")
    )
    var profiles: [String] = []

    @Option(help: ArgumentHelp("What the profile is called.", valueName: "name"))
    var name: String?

    @Flag(
        help:
            "Have dangerous questions, and settings, answered by onion-sieve itself with nothing, instead of leaving them out: for programs that end when they are refused."
    )
    var answer = false

    func validate() throws {
        if let name, !SocketName.isValid(name) {
            throw ValidationError("a name has small letters, digits and `-`, with a letter or digit first")
        }
        if let application, application < 1 { throw ValidationError("applications are counted from 1") }
        guard profiles.count <= 1 else { throw ValidationError("one profile at a time is compared") }
        if !profiles.isEmpty, application != nil {
            throw ValidationError("--application is not needed with --profile: all of its clients are meant")
        }
    }

    func run() throws {
        let console = Console()
        let existing = try profiles.first.map { try existingProfile($0, console) }
        let filter = filters.filter(profiles: profiles, now: .now)
        var lessons = Lessons(together: existing != nil)
        var reading = TrailReading(console)
        var foreignCount = 0
        let take: (TrailReading.Item) -> Void = { item in
            switch item {
            case .line(.record(let record)):
                // Where sessions begin and end counts whatever is chosen among their commands.
                let isBoundary = record.kind == .connected || record.kind == .disconnected
                if isBoundary || filter.takes(record) { lessons.take(record) }
            case .line, .cut: foreignCount += 1
            case .file: break
            }
        }
        trails.read(&reading, filter, take)
        guard reading.isWhole else { throw ExitCode(1) }
        if foreignCount > 0 {
            console.printError("onion-sieve: not learnt from: \(Counted.text(foreignCount, "line")) that no trail has")
        }
        let chosen = try choose(lessons, console)
        var options = Suggestion.Options()
        (options.name, options.answers) = (name, answer)
        let suggestion: Suggestion
        do throws(SuggestionFailure) {
            if let existing {
                suggestion = try Suggestion(for: chosen, beside: existing, options: options)
            } else {
                suggestion = try Suggestion(for: chosen, options: options)
            }
        } catch {
            if case .nothingLeft(let comments) = error { console.printError(comments, terminator: "") }
            try fail("\(chosen.identity.text.visible): \(error.text)", console)
        }
        console.print(suggestion.text, terminator: "")
        report(suggestion, existing, console)
    }

    /// Says what was done, so that standard output is the profile and nothing else.
    private func report(_ suggestion: Suggestion, _ existing: ExistingProfile?, _ console: Console) {
        func say(_ text: String) { console.printError("onion-sieve: \(text)") }
        if let existing {
            if suggestion.text.isEmpty {
                console.printError(suggestion.comments, terminator: "")
                say("the profile \(existing.name.visible) lacks nothing that can be allowed")
            } else {
                say(
                    "a profile to stand beside \(existing.name.visible), in a file of its own or at the end of \(existing.source.path.visible)"
                )
            }
            for origin in suggestion.unused { say("not needed by anything in the trail: \("\(origin)".visible)") }
        }
        let leftOut = suggestion.leftOutCount == 0 ? "" : "; left out: \(suggestion.leftOutCount), see the comments"
        say(
            "\(Counted.text(suggestion.playedCount, "command")) played and allowed, "
                + "\(Counted.text(suggestion.allowedCount, "different one"))\(leftOut)")
        if suggestion.answerableCount > 0, !answer {
            say("\(suggestion.answerableCount) of the dangerous ones could be answered without tor instead: --answer")
        }
    }

    private func choose(_ lessons: Lessons, _ console: Console) throws -> ObservedApplication {
        let applications = lessons.applications
        if lessons.unassigned.count > 0 {
            console.printError(
                "onion-sieve: \(lessons.unassigned.text): commands of clients that nothing is known of, or of too many applications"
            )
        }
        guard !applications.isEmpty else { try fail("there is no command in the trail to learn from", console) }
        if let application {
            guard applications.indices.contains(application - 1) else {
                try fail("there is no application \(application) in the trail", console)
            }
            return applications[application - 1]
        }
        guard applications.count > 1 else { return applications[0] }
        let table = Table(headings: ["", "APPLICATION", "SESSIONS", "COMMANDS", "LAST"], shrinking: 1)
        var rows: [[Table.Cell]] = []
        for (index, application) in applications.enumerated() {
            let last = application.tally.last?.secondText ?? ""
            let row: [String] = [
                "\(index + 1)", application.identity.text, "\(application.sessionCount)", "\(application.tally.count)",
                last,
            ]
            rows.append(row.map { Table.Cell($0) })
        }
        for line in table.lines(rows, width: nil, isColoured: false) { console.printError(line) }
        try fail(
            "the trail is of several applications: choose one with --application, or narrow it down with --client",
            console)
    }

    private func existingProfile(_ name: String, _ console: Console) throws -> ExistingProfile {
        let loaded = places.open().inUse().loaded
        for file in loaded.files where file.status == .used {
            guard let bytes = loaded.sources[file.path] else { continue }
            let source = SourceFile(path: file.path, name: file.name, content: .bytes(bytes))
            if let profile = ExistingProfile(name, in: file, source: source) { return profile }
        }
        try fail("no profile `\(name.visible)` is in use (--profiles DIR says where to look)", console)
    }

    private func fail(_ text: String, _ console: Console) throws -> Never {
        throw console.printFailure(text)
    }
}
