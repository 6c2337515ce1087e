// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Dispatch
import Glibc
import Launching

@main
enum Program {
    /// Commands that do not wait for anything run here, on the thread that the process began with: `run` becomes another program,
    /// which gets the signal mask and the parent-death signal of the thread that it was.
    static func main() {
        occupyStandardDescriptors()
        do {
            var command = try OnionSieve.parseAsRoot(arguments(CommandLine.arguments.dropFirst()))
            // Beyond setrlimit(2)'s size of files write(2) fails, which is told like a full disk, and ends nobody. What `run`
            // becomes has its own way.
            if !(command is Run) { _ = signal(SIGXFSZ, SIG_IGN) }
            guard let command = command as? any AsyncParsableCommand else { return try command.run() }
            // Only the task below has it.
            nonisolated(unsafe) var given = command
            let executor = command is Serve ? ChoreThread.executor : nil
            Task(executorPreference: executor) {
                do {
                    try await given.run()
                    Glibc.exit(0)
                } catch {
                    finish(with: error)
                }
            }
            dispatchMain()
        } catch {
            finish(with: error)
        }
    }

    /// Where we were started without standard input, output or error, a file or connection of ours would get its number, and what
    /// is meant for standard error would go there. What takes the place can be neither read nor written to.
    private static func occupyStandardDescriptors() {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", (descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC)
        }
    }

    /// `--complain=USER` in two: ArgumentParser 1.8 forgets what stands behind the `=` of an option that also works without a
    /// value when another option follows, and that would complain for everybody instead of one user. What stands behind `--` is
    /// another program's.
    static func arguments(_ given: some Sequence<String>) -> [String] {
        let prefix = "--complain="
        var isOurs = true
        return given.flatMap { argument in
            isOurs = isOurs && argument != "--"
            guard isOurs, argument.hasPrefix(prefix) else { return [argument] }
            return ["--complain", String(argument.dropFirst(prefix.count))]
        }
    }

    /// Says what ArgumentParser has to say and ends; its status for wrong usage, 64 of sysexits.h, becomes the usual 2. That of `run`
    /// must be none that its program is likely to have.
    private static func finish(with error: any Error) -> Never {
        let code = OnionSieve.exitCode(for: error)
        guard code == .validationFailure else { OnionSieve.exit(withError: error) }
        Console().printError(OnionSieve.fullMessage(for: error))
        Glibc.exit(
            CommandLine.arguments.dropFirst().first == Run.configuration.commandName ? LaunchFailure.ownStatus : 2)
    }
}
