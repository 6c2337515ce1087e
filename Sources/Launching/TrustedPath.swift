// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Who decides what a path leads to: every directory, link and file from the root on belongs to somebody who is trusted, and nobody
/// else can write there.
package struct TrustedPath: Sendable {
    /// By number; root is always among them.
    private let users: Set<uid_t>
    /// Who that is, for messages.
    private let description: String

    package init(trusting users: Set<UInt32>, description: String) {
        self.users = users.union([0])
        self.description = description
    }

    /// What is there.
    package struct Destination: Sendable {
        /// All links followed.
        package let path: String
        let status: stat
    }

    package struct Refusal: Error, Sendable {
        package let reason: String
        /// What the system has said, if it is that which stopped us (errno(3)).
        let code: CInt?
    }

    /// As many as the kernel follows.
    private static let longestChain = 40

    package func follow(_ path: String) throws(Refusal) -> Destination {
        guard path.hasPrefix("/") else { throw Refusal(reason: "\(path) is no path from the root", code: nil) }
        var current = Destination(path: "/", status: try Self.status(of: "/"))
        try check(current)
        var steps = Array(Self.steps(of: path).reversed())
        var links = 0
        while let step = steps.popLast() {
            if step == ".." {
                let parent = current.path.lastIndex(of: "/").map { String(current.path[..<$0]) } ?? ""
                let holder = parent.isEmpty ? "/" : parent
                current = Destination(path: holder, status: try Self.status(of: holder))
                continue
            }
            let next = current.path == "/" ? "/\(step)" : "\(current.path)/\(step)"
            let found = Destination(path: next, status: try Self.status(of: next))
            try check(found)
            guard found.status.st_mode & S_IFMT == S_IFLNK else {
                current = found
                continue
            }
            links += 1
            guard links <= Self.longestChain else { throw Self.refusal(next, ELOOP) }
            let target = try Self.target(of: next)
            if target.hasPrefix("/") { current = Destination(path: "/", status: try Self.status(of: "/")) }
            steps += Self.steps(of: target).reversed()
        }
        return current
    }

    private func check(_ found: Destination) throws(Refusal) {
        let status = found.status
        guard users.contains(status.st_uid) else {
            throw Refusal(
                reason:
                    "\(found.path) belongs to uid \(status.st_uid), who is none of \(description): somebody else has been there",
                code: nil)
        }
        let isSticky = status.st_mode & S_IFMT == S_IFDIR && status.st_mode & S_ISVTX != 0
        // The mode of a link means nothing, and that of a socket says who may connect.
        guard [S_IFDIR, S_IFREG].contains(status.st_mode & S_IFMT), status.st_mode & 0o022 != 0, !isSticky else {
            return
        }
        let who = status.st_mode & 0o002 != 0 ? "everybody" : "its group (\(status.st_gid))"
        let what =
            status.st_mode & S_IFMT == S_IFDIR
            ? "write in \(found.path), and put a socket there" : "write \(found.path)"
        throw Refusal(reason: "\(who) can \(what): chmod go-w \(found.path)", code: nil)
    }

    private static func steps(of path: String) -> [String] {
        path.split(separator: "/").filter { $0 != "." }.map(String.init)
    }

    private static func status(of path: String) throws(Refusal) -> stat {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw refusal(path, errno) }
        return status
    }

    private static func target(of path: String) throws(Refusal) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(path, &buffer, buffer.count)
        guard length >= 0 else { throw refusal(path, errno) }
        let bytes = buffer.prefix(length).map { UInt8(bitPattern: $0) }
        guard length < buffer.count, let text = String(validating: bytes, as: UTF8.self) else {
            throw refusal(path, EINVAL)
        }
        return text
    }

    private static func refusal(_ path: String, _ code: CInt) -> Refusal {
        Refusal(reason: "\(path): \(String(cString: strerror(code)))", code: code)
    }
}
