// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser

struct OnionSieve: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "onion-sieve",
        abstract: "A guard between applications and Tor's control socket.",
        version: Self.version,
        subcommands: [
            Serve.self, Check.self, Explain.self, ProfileCommand.self, AppArmor.self, Run.self, Env.self, Doctor.self,
            AuditCommand.self, Suggest.self, Status.self,
        ]
    )
}
