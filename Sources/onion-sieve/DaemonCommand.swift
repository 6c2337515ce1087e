// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Glibc

/// The command that a running daemon was started with, as procfs shows it to everybody.
struct DaemonCommand {
    let serve: Serve

    /// Nil if there is none to be seen, or it was started with options that this version does not know.
    init?(of process: Int32?) {
        guard let process else { return nil }
        let file = open("/proc/\(process)/cmdline", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &bytes, bytes.count)
        guard count > 0, count < bytes.count else { return nil }
        let words = bytes[..<count].split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
        guard let start = words.firstIndex(of: "serve"),
            var serve = try? Serve.parse(Program.arguments(words[(start + 1)...]))
        else { return nil }
        func whole(_ path: String) -> String { Self.path(path, of: process) }
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

    /// A path as the daemon reads it, from where it was started.
    private static func path(_ path: String, of process: Int32) -> String {
        guard !path.hasPrefix("/") else { return path }
        let link = "/proc/\(process)/cwd"
        var bytes = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &bytes, bytes.count)
        // What cannot be seen is left to whoever opens it to say so.
        return "\(count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : link)/\(path)"
    }
}
