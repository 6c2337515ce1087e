// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Glibc

@main
struct OnionSieve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "onion-sieve",
        abstract: "A guard between applications and Tor's control socket.",
        version: "0.1.0",
        subcommands: [Serve.self, Check.self, Explain.self]
    )

    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            finish(with: error)
        }
    }

    /// Says what ArgumentParser has to say and ends; its status for wrong usage, 64 of sysexits.h, becomes the usual 2.
    private static func finish(with error: any Error) -> Never {
        let code = exitCode(for: error)
        guard code == .validationFailure else { exit(withError: error) }
        Console().printError(fullMessage(for: error))
        Glibc.exit(2)
    }
}
