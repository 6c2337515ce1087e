// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Monitoring
import Profiles

/// `onion-sieve status`: how the running daemon is.
struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say how the running daemon is: sessions, decisions, profiles with errors, tor.",
        discussion: """
            The daemon answers root and its own user. Numbers are since its start.

            Exit status is 1 if no daemon runs, or tor is away, a file of profiles has errors, or the audit trail cannot be written. With \
            --prometheus it is 0 once the metrics are written, whatever they say.
            """
    )

    @OptionGroup
    var runtime: RuntimeOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    @Flag(help: "Print metrics in Prometheus' text format.")
    var prometheus = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "With --prometheus: write them to a file instead, which is replaced whole, for node_exporter's textfile collector.",
            valueName: "file"),
        completion: .file(extensions: ["prom"])
    )
    var output: String?

    func validate() throws {
        guard !(json && prometheus) else { throw ValidationError("--json and --prometheus exclude each other") }
        guard output == nil || prometheus else { throw ValidationError("--output needs --prometheus") }
        guard output?.isEmpty != true else { throw ValidationError("--output needs a file") }
    }

    func run() throws {
        let console = Console()
        let report: StatusReport
        do throws(StatusQuery.Failure) {
            report = try StatusQuery.ask(in: runtime.directory)
        } catch {
            let reason = VisibleText.escaped(self.reason(error))
            let failure = console.printFailure(reason)
            // Who may not ask does not know whether it is up.
            if prometheus, error != .notPermitted { return try publish(nil, console) }
            if json { console.print(StatusReport.json(withoutDaemon: reason)) }
            throw failure
        }
        if prometheus { return try publish(report, console) }
        if json {
            console.print(report.json)
        } else {
            let text = StatusText(report, isColoured: console.isColoured, width: console.width)
            console.print(text.lines.joined(separator: "\n"))
        }
        if !report.problems.isEmpty { throw ExitCode(1) }
    }

    private func reason(_ failure: StatusQuery.Failure) -> String {
        switch failure {
        case .notRunning: "no daemon runs with \(runtime.directory): `systemctl status onion-sieve` may say why"
        case .notPermitted: "the daemon answers root and its own user only: run this as root"
        case .noAnswer(let reason): "the daemon does not say how it is: \(reason)"
        }
    }

    private func publish(_ report: StatusReport?, _ console: Console) throws {
        let text = PrometheusText.text(report)
        guard let output else { return console.print(text, terminator: "") }
        do throws(ReplacedFile.Failure) {
            try ReplacedFile.write(text, to: output, mode: 0o644)
        } catch {
            throw console.printFailure(VisibleText.escaped(error.reason))
        }
    }
}
