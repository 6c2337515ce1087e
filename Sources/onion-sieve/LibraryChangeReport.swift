// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Profiles

/// Says what came of `enable` or `disable`, and has a running daemon take it up.
struct LibraryChangeReport {
    let change: LibraryChange
    /// Says what was done to one profile: its name, its link, and where that leads.
    let describe: (_ name: String, _ path: String, _ target: String) -> String

    func conclude(_ reload: ReloadOptions) async throws {
        let console = Console()
        let renderer = DiagnosticRenderer(sources: change.sources)
        for diagnostic in change.diagnostics { console.printError(renderer.render(diagnostic), terminator: "") }
        guard !change.isRefused else {
            console.printError("onion-sieve: nothing was changed")
            throw ExitCode(1)
        }
        for (name, reason) in change.unchanged { console.print("\(name) \(reason)") }
        for (name, path, target) in change.done {
            console.print(VisibleText.escaped(describe(name, path, target)))
        }
        // Also if nothing was changed: the daemon may not have been told of it when it was.
        guard try await reload.perform(changed: change.done.map(\.path), console) else { throw ExitCode(1) }
    }
}
