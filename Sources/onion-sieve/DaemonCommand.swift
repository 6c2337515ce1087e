// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Diagnosis

/// The command that a running daemon was started with, as procfs shows it to everybody.
struct DaemonCommand {
    let serve: Serve

    /// Nil if there is none to be seen, or it was started with options that this version does not know.
    init?(of process: Int32?, on machine: Machine) {
        guard let process, let text = machine.text("\(machine.proc)/\(process)/cmdline").value else { return nil }
        let words = text.split(separator: "\0", omittingEmptySubsequences: false).dropLast().map(String.init)
        guard let start = words.firstIndex(of: "serve"),
            var serve = try? Serve.parse(Program.arguments(words[(start + 1)...]))
        else { return nil }
        // Paths as the daemon reads them, from where it was started. What cannot be seen is left to whoever opens it to say so.
        let link = "\(machine.proc)/\(process)/cwd"
        let directory = machine.link(link).value ?? link
        func whole(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
        serve.profiles = serve.profiles.map(whole)
        serve.tor.cookie = whole(serve.tor.cookie)
        serve.tor.passwordFile = serve.tor.passwordFile.map(whole)
        self.serve = serve
    }

    /// Where it listens, by its options.
    var listeners: [ListenAddress] {
        let all = serve.listen + ((try? serve.legacy.listeners()) ?? [])
        return all.isEmpty ? DaemonConfiguration.defaultListeners : all
    }
}
