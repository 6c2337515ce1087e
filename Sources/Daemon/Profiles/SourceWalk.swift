// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// Follows the links of one name, step by step, from the directory that holds it to the file that it stands for.
///
/// Each step opens what it looks at and asks the open file, so that nothing can be changed between looking and using. The
/// directories on the way are remembered, since whoever may write to one of them decides where the name leads.
struct SourceWalk: ~Copyable {
    enum Failure: Error {
        case system(Errno)
        /// Neither a regular file nor a directory, nor a link to `/dev/null`.
        case notRegular
        /// Another file was put in its place while it was being opened.
        case changed
    }

    enum End {
        case bytes([UInt8], of: Passage)
        /// A link to `/dev/null`.
        case mask
        case directory
    }

    /// A file or directory that was passed, and who may change it.
    struct Passage {
        let path: String
        let owner: uid_t
        let mode: mode_t

        init(path: String, status: stat) {
            self.path = path
            owner = status.st_uid
            mode = status.st_mode
        }
    }

    /// As many links as the kernel follows.
    private static let longestChain = 40

    private(set) var directories: [Passage]
    private var current: OpenDescriptor
    private var currentPath: String
    private var steps: [Substring]
    private(set) var links = 0
    /// What a link says that is followed before anything else.
    private let first: String?

    /// - Parameter directory: the directory that holds the name, as its user wrote it.
    init(_ name: String, in directory: String) throws(Errno) {
        let holder = try OpenDescriptor(directory, flags: OpenDescriptor.pathOnly | O_DIRECTORY)
        directories = [Passage(path: directory, status: try holder.status())]
        current = holder
        currentPath = directory
        steps = [name[...]]
        first = nil
    }

    /// As if `directory` held a link to `target`, which need not be there yet.
    init(linkTo target: String, in directory: String) throws(Errno) {
        let holder = try OpenDescriptor(directory, flags: OpenDescriptor.pathOnly | O_DIRECTORY)
        directories = [Passage(path: directory, status: try holder.status())]
        current = holder
        currentPath = directory
        steps = []
        first = target
    }

    /// - Parameter limit: bytes that are read at most.
    mutating func finish(limit: Int) throws(Failure) -> End {
        do {
            if let first { try follow(first) }
            while let step = steps.popLast() {
                if let end = try take(String(step), limit: limit) { return end }
            }
            return .directory
        } catch let failure as Failure {
            throw failure
        } catch let failure as Errno {
            throw .system(failure)
        } catch {
            throw .notRegular
        }
    }

    private mutating func take(_ step: String, limit: Int) throws -> End? {
        let next = try OpenDescriptor(step, in: current.number, flags: OpenDescriptor.pathOnly | O_NOFOLLOW)
        let status = try next.status()
        switch status.st_mode & S_IFMT {
        case S_IFLNK:
            try follow(try next.linkTarget())
            return nil
        case S_IFDIR:
            guard !steps.isEmpty else { return .directory }
            current = next
            currentPath = path(of: step)
            try pass()
            return nil
        case S_IFREG where steps.isEmpty:
            let file = try OpenDescriptor(step, in: current.number, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let opened = try file.status()
            guard opened.st_dev == status.st_dev, opened.st_ino == status.st_ino else { throw Failure.changed }
            let passage = Passage(path: path(of: step), status: opened)
            return .bytes(try file.read(upTo: limit, expecting: Int(opened.st_size)), of: passage)
        case S_IFCHR where steps.isEmpty && links > 0 && status.st_rdev == Self.nullDevice:
            return .mask
        default:
            guard steps.isEmpty else { throw Errno.notDirectory }
            throw Failure.notRegular
        }
    }

    private mutating func follow(_ target: String) throws(Errno) {
        links += 1
        guard links <= Self.longestChain else { throw Errno.tooManySymbolicLinkLevels }
        if target.hasPrefix("/") {
            current = try OpenDescriptor("/", flags: OpenDescriptor.pathOnly | O_DIRECTORY)
            currentPath = "/"
            try pass()
        }
        steps += target.split(separator: "/").filter { $0 != "." }.reversed()
    }

    private mutating func pass() throws(Errno) {
        directories.append(Passage(path: currentPath, status: try current.status()))
    }

    private func path(of step: String) -> String {
        currentPath.hasSuffix("/") ? currentPath + step : "\(currentPath)/\(step)"
    }

    /// Major 1, minor 3 (null(4)).
    private static let nullDevice: dev_t = 1 << 8 | 3
}
