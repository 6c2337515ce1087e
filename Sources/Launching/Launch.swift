// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc

/// Becoming another program (execve(2)): process number, terminal, parent, signal mask and exit status are the program's, since it is
/// the same process. To be done on the thread that the process began with, which alone has all of them.
package struct Launch: Sendable {
    package let path: String
    /// In bytes, which need be no UTF-8; the name of the command comes first.
    package let arguments: [[UInt8]]
    package let environment: ProgramEnvironment

    package init(path: String, arguments: [[UInt8]], environment: ProgramEnvironment) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Returns only if it fails.
    package func perform() -> LaunchFailure {
        let command = arguments.first.map { String(decoding: $0, as: UTF8.self) } ?? path
        // A descriptor that the caller had open may lead past the filter.
        guard clinux_close_on_exec(UInt32(STDERR_FILENO) + 1 + passedSockets) == 0 else {
            return .own("open files cannot be kept from the program: \(String(cString: strerror(errno)))")
        }
        let strings = CStrings.allocate(arguments)
        let variables = CStrings.allocate(environment.entries)
        execve(path, strings, variables)
        let code = errno
        for pointer in strings + variables { free(pointer) }
        let reason = String(cString: strerror(code))
        guard code == ENOENT else { return .notExecutable("\(command): cannot be executed: \(reason)") }
        // It was there a moment ago: what is missing may be the interpreter that it names.
        return .notFound("\(command): it, or the interpreter that it names, is missing")
    }

    /// Sockets that a service manager has passed to this very process (sd_listen_fds(3)).
    private var passedSockets: UInt32 {
        guard environment["LISTEN_PID"] == "\(getpid())", let text = environment["LISTEN_FDS"],
            let count = UInt32(text), count < 1 << 16
        else { return 0 }
        return count
    }
}
