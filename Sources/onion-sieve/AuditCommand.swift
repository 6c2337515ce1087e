// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit
import Daemon
import NIOCore
import Profiles
import Reports
import TrailSources

/// `onion-sieve audit`: what a trail comes to, or what is written to it now.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract:
            "Say what an audit trail tells: who asked for what, what was refused, and whether somebody is probing.",
        discussion: """
            Files are read as they are now, also those that log rotation has packed with gzip. What is no record is counted and left \
            out. Text of a trail is shown escaped, whatever it is.

            Exit status is 0 if all of it was read, 1 if something could not be, 2 for wrong usage.
            """
    )

    @OptionGroup
    var trails: TrailOptions

    @OptionGroup(title: "Which records")
    var filters: TrailFilterOptions

    @Option(
        name: .customLong("profile"),
        help: ArgumentHelp("Only clients that this profile was for; may be repeated.", valueName: "name")
    )
    var profiles: [String] = []

    @Flag(help: "Show records as they are written, one a line, until interrupted.")
    var follow = false

    @Flag(help: "Print JSON: the summary as one object, or with --follow each record as one a line.")
    var json = false

    @Option(
        help: ArgumentHelp("Write the summary to this file as a page of HTML, and print nothing.", valueName: "file"),
        completion: .file()
    )
    var html: String?

    @Flag(help: "Let --html replace a file that is no report.")
    var force = false

    func validate() throws {
        if follow {
            guard html == nil else { throw ValidationError("--follow and --html exclude each other") }
            guard trails.files.count <= 1 || !trails.files.contains("-") else {
                throw ValidationError("standard input can be followed only by itself")
            }
        }
        if let html {
            guard !json else { throw ValidationError("--json and --html exclude each other") }
            guard !html.isEmpty else { throw ValidationError("--html: the name of a file is needed") }
        }
        guard !force || html != nil else { throw ValidationError("--force is for --html") }
    }

    func run() throws {
        let console = Console()
        let filter = filters.filter(profiles: profiles, now: .now)
        if follow {
            try show(console, filter)
        } else {
            try summarise(console, filter)
        }
    }

    private func show(_ console: Console, _ filter: TrailFilter) throws {
        let following = TrailFollowing(console: console, filter: filter, isJSON: json)
        do throws(TrailUnreadable) {
            if trails.journal.isGiven {
                try following.follow(trails.journal.query(filter))
            } else if trails.files == ["-"] {
                try following.followStandardInput()
            } else {
                try following.follow(trails.files)
            }
        } catch {
            throw console.printFailure(VisibleText.escaped(error.reason))
        }
    }

    private func summarise(_ console: Console, _ filter: TrailFilter) throws {
        let report = html.flatMap { $0 == "-" ? nil : ReportFile(path: $0) }
        // Before minutes are spent on what nobody can be given.
        if let report {
            try write(console) { () throws(ReportFile.Failure) in try report.check(isForced: force) }
        }
        var summary = TrailSummary()
        var reading = TrailReading(console)
        let take: (TrailReading.Item) -> Void = { item in
            switch item {
            case .file: summary.beginFile()
            case .line(.record(let record)): if filter.takes(record) { summary.add(.record(record)) }
            case .line(let line): summary.add(line)
            case .cut: summary.addCut()
            }
        }
        trails.read(&reading, filter, take)
        if let report {
            try write(console) { () throws(ReportFile.Failure) in
                try report.write(ReportPage(summary).text, isForced: force)
            }
        } else if html != nil {
            console.print(ReportPage(summary).text, terminator: "")
        } else if json {
            var buffer = ByteBuffer()
            JSONLine.write(SummaryJSON(summary).fields, to: &buffer)
            console.print(String(buffer: buffer), terminator: "")
        } else {
            let text = SummaryText(summary, width: console.width, isColoured: console.isColoured)
            console.print(text.text, terminator: "")
        }
        if !reading.isWhole { throw ExitCode(1) }
    }

    private func write(_ console: Console, _ body: () throws(ReportFile.Failure) -> Void) throws {
        do throws(ReportFile.Failure) {
            try body()
        } catch {
            throw console.printFailure(VisibleText.escaped(error.reason))
        }
    }
}
