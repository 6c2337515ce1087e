// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The file that a command stands for, as execvp(3) finds it: that of its path if there is a slash in it, else the first executable
/// one of its name in the directories of `PATH`.
package struct ExecutableSearch: Sendable {
    /// What execve(2) is given.
    package let path: String
    /// The file behind it, all links followed; AppArmor attaches policies by this name.
    package let resolvedPath: String

    /// - Parameter directories: the value of `PATH`; without one the system's own commands are found.
    package init(_ command: String, directories: String?) throws(LaunchFailure) {
        guard !command.isEmpty else { throw .notFound("the command is empty") }
        let candidates: [String]
        if command.utf8.contains(UInt8(ascii: "/")) {
            candidates = [command]
        } else {
            candidates = (directories ?? "/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
                // An empty entry is the working directory.
                .map { $0.isEmpty ? "./\(command)" : "\($0)/\(command)" }
        }
        var refused: LaunchFailure?
        for candidate in candidates {
            var status = stat()
            guard stat(candidate, &status) == 0 else {
                // A directory that may not be searched may hold it.
                if errno == EACCES { refused = refused ?? Self.refusal(command, candidate, Self.lastError) }
                continue
            }
            guard status.st_mode & S_IFMT == S_IFREG else {
                refused = refused ?? Self.refusal(command, candidate, "it is no regular file")
                continue
            }
            guard faccessat(AT_FDCWD, candidate, X_OK, AT_EACCESS) == 0 else {
                refused = refused ?? Self.refusal(command, candidate, Self.lastError)
                continue
            }
            path = candidate
            resolvedPath = Self.resolve(candidate)
            return
        }
        throw refused ?? .notFound("\(command): there is no such command")
    }

    private static func refusal(_ command: String, _ path: String, _ reason: String) -> LaunchFailure {
        .notExecutable("\(command): \(path == command ? "" : "\(path): ")cannot be executed: \(reason)")
    }

    private static var lastError: String { String(cString: strerror(errno)) }

    private static func resolve(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
