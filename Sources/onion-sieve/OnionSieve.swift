// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Glibc

@main
struct OnionSieve: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "onion-sieve",
        abstract: "A guard between applications and Tor's control socket.",
        version: Self.version,
        subcommands: [Serve.self, Check.self, Explain.self, ProfileCommand.self]
    )

    static func main() async {
        do {
            var command = try parseAsRoot(Self.arguments(CommandLine.arguments.dropFirst()))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            finish(with: error)
        }
    }

    /// `--complain=USER` in two: ArgumentParser 1.8 forgets what stands behind the `=` of an option that also works without a
    /// value when another option follows, and that would complain for everybody instead of one user.
    private static func arguments(_ given: some Sequence<String>) -> [String] {
        let prefix = "--complain="
        return given.flatMap { argument in
            guard argument.hasPrefix(prefix) else { return [argument] }
            return ["--complain", String(argument.dropFirst(prefix.count))]
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
