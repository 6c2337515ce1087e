// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc

/// A program of the system that is run for what it prints, without a shell, with nothing of our environment.
///
/// It is looked for where Debian has it and nowhere else: `PATH` is the caller's, who may be using sudo.
final class ChildProcess {
    /// Its standard output.
    let output: OpenFile
    let name: String
    private let process: pid_t
    private let errors: OpenFile
    private var isRunning = true

    private static let directories = ["/usr/bin", "/bin"]
    /// Bytes of its messages that are passed on.
    private static let mostMessages = 2048

    /// - Parameter input: a descriptor that becomes its standard input; nil for none.
    init(_ name: String, _ arguments: [String], input: OpenFile?) throws(TrailUnreadable) {
        let paths: [String] = Self.directories.map { "\($0)/\(name)" }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw TrailUnreadable("there is no \(name) in \(Self.directories.joined(separator: " or "))")
        }
        self.name = name
        let memory = clinux_memory_file("messages")
        guard memory >= 0 else { throw TrailUnreadable(errno: errno) }
        errors = OpenFile(owning: memory)
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TrailUnreadable(errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        output = OpenFile(owning: ends[0])
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input.descriptor, STDIN_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, memory, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let strings = Self.strings([name] + arguments)
        let variables = Self.strings(["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8"])
        defer { for pointer in strings + variables { free(pointer) } }
        var process: pid_t = 0
        let failure = posix_spawn(&process, path, &actions, &attributes, strings, variables)
        close(ends[1])
        guard failure == 0 else {
            throw TrailUnreadable("\(path) cannot be run: \(String(cString: strerror(failure)))")
        }
        self.process = process
    }

    deinit { stop() }

    /// For execve(2).
    private static func strings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        var strings: [UnsafeMutablePointer<CChar>?] = []
        for text in texts { strings.append(strdup(text)) }
        strings.append(nil)
        return strings
    }

    /// What it has said on standard error, in one line.
    var messages: String {
        let bytes = [UInt8](unsafeUninitializedCapacity: Self.mostMessages) { buffer, count in
            count = max(pread(errors.descriptor, buffer.baseAddress, buffer.count, 0), 0)
        }
        let lines = bytes.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") })
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "; ")
    }

    /// Waits for its end.
    ///
    /// - Returns: its exit status, or nil if a signal ended it.
    func wait() -> CInt? {
        guard isRunning else { return nil }
        isRunning = false
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { return nil } }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
    }

    /// What ends us ends it, too, which would not notice before it has something to print.
    func endWithUs() {
        Self.companion = process
        for number in [SIGINT, SIGTERM, SIGHUP] {
            _ = signal(number) { number in
                kill(ChildProcess.companion, SIGTERM)
                _ = signal(number, SIG_DFL)
                raise(number)
            }
        }
    }

    /// For a handler of signals, which has nothing else; set once, before there is one.
    private nonisolated(unsafe) static var companion: pid_t = 0

    /// Ends it, if it has not ended.
    func stop() {
        guard isRunning else { return }
        kill(process, SIGTERM)
        _ = wait()
    }
}
