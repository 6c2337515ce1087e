// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles

/// Whether and how a running daemon is told of a change.
struct ReloadOptions: ParsableArguments {
    @OptionGroup
    var runtime: RuntimeOptions

    @Flag(name: .customLong("no-reload"), help: "Do not tell a running daemon.")
    var isLeftOut = false

    /// How long the daemon is waited for: it reads hundreds of files in less than a second.
    private static let patience = Duration.seconds(10)

    /// Tells the daemon, and the user what came of it.
    /// - Parameter changed: paths of links that were made, which must now be in use.
    /// - Returns: whether the change is in effect, or will be once a daemon runs.
    func perform(changed: [String], _ console: Console) async throws -> Bool {
        if isLeftOut {
            console.print("a running daemon is not told; `systemctl reload onion-sieve` does that")
            return true
        }
        do {
            let daemon = try RunningDaemon(in: runtime.directory)
            let name = "the daemon (process \(daemon.process))"
            guard let report = try await daemon.reload(waiting: Self.patience) else {
                console.printFailure(
                    "\(name) was asked to reload and has not said that it did; its log says what came of it"
                )
                return false
            }
            console.print("\(name) has reloaded: \(VisibleText.escaped(report.summary))")
            return say(report, changed, console)
        } catch let failure as RunningDaemon.Failure {
            switch failure {
            case .notRunning:
                console.print("no daemon runs with \(runtime.directory); the change counts from its start")
                return true
            case .notPermitted:
                console.printFailure(
                    "the daemon is another user's and was not told: run `systemctl reload onion-sieve` as root"
                )
            case .unreachable(let reason):
                console.printFailure(
                    "the daemon was not told: \(reason); run `systemctl reload onion-sieve`")
            }
            return false
        }
    }

    /// What the daemon made of the files that were changed.
    private func say(_ report: ReloadReport, _ changed: [String], _ console: Console) -> Bool {
        var isInEffect = true
        for path in changed {
            let directory = path.split(separator: "/").dropLast().joined(separator: "/")
            if report.leftOut.contains(path) {
                console.printError("\(path): error: the daemon has left it out; its log says why")
                isInEffect = false
            } else if path.hasPrefix("/"),
                !report.directories.contains(where: { $0.split(separator: "/").joined(separator: "/") == directory })
            {
                console.printError(
                    "\(path): error: the daemon does not read profiles from this directory, but from "
                        + report.directories.map(VisibleText.escaped).joined(separator: ", "))
                isInEffect = false
            }
        }
        for path in report.leftOut where !changed.contains(path) {
            console.printError("\(VisibleText.escaped(path)): warning: the daemon has left it out; its log says why")
        }
        return isInEffect
    }
}
