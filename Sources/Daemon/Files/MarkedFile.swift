// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import SystemPackage

/// A file that is made by a program, and known by the beginning of its first line: it is replaced by its next version, and
/// nothing that is not marked so ever is.
package struct MarkedFile: Hashable, Sendable {
    package let name: String
    package let text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    package struct Failure: Error, Hashable, Sendable {
        package let path: String
        package let reason: String
    }

    package struct Outcome: Hashable, Sendable {
        package let path: String
        /// Whether the file was not there, or said something else.
        package let isChanged: Bool
    }

    /// Files that are larger are not of our making.
    private static let sizeLimit = 1 << 20

    /// Writes all of them or, as far as that can be known beforehand, none: each whole under a temporary name, with mode 0644, and
    /// then into its place.
    ///
    /// - Parameter refusal: why a file that has the mark and says this is not an earlier version of this one; nil if it is one.
    package static func write(
        _ files: [MarkedFile], to directory: String, mark: String, refusal: (MarkedFile, _ present: String) -> String?
    ) throws(Failure) -> [Outcome] {
        let holder = try open(directory)
        var replaced: [Bool] = []
        var outcomes: [Outcome] = []
        for file in files {
            let path = directory.hasSuffix("/") ? directory + file.name : "\(directory)/\(file.name)"
            let present = try contents(of: file.name, in: holder, path: path)
            if let present, !present.starts(with: mark.utf8) {
                throw Failure(
                    path: path, reason: "was not made by this program, and is not replaced: move it away first")
            }
            if let present, let reason = refusal(file, String(decoding: present, as: UTF8.self)) {
                throw Failure(path: path, reason: reason)
            }
            replaced.append(present != nil)
            outcomes.append(Outcome(path: path, isChanged: present != Array(file.text.utf8)))
        }
        var temporary: [String] = []
        // What was put into place has its name no more.
        defer { for name in temporary { unlinkat(holder.number, name, 0) } }
        for (file, outcome) in zip(files, outcomes) where outcome.isChanged {
            let name = ".\(file.name).\(String(UInt32.random(in: .min ... .max), radix: 36))"
            do throws(Errno) {
                try file.store(as: name, in: holder)
                temporary.append(name)
            } catch {
                throw Failure(path: outcome.path, reason: "cannot be written: \(SystemText.describe(error.rawValue))")
            }
        }
        var names = temporary[...]
        for (index, file) in files.enumerated() where outcomes[index].isChanged {
            guard let name = names.popFirst() else { break }
            let result =
                replaced[index]
                ? renameat(holder.number, name, holder.number, file.name)
                : clinux_rename_new(holder.number, name, file.name)
            guard result == 0 else {
                throw Failure(path: outcomes[index].path, reason: "cannot be put into place: \(SystemText.last)")
            }
        }
        fsync(holder.number)
        return outcomes
    }

    private static func open(_ directory: String) throws(Failure) -> OpenDescriptor {
        do throws(Errno) {
            return try OpenDescriptor(directory, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            throw Failure(path: directory, reason: "cannot be opened: \(SystemText.describe(error.rawValue))")
        }
    }

    private static func contents(
        of name: String, in holder: borrowing OpenDescriptor, path: String
    ) throws(Failure) -> [UInt8]? {
        do throws(Errno) {
            let file = try OpenDescriptor(name, in: holder.number, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            guard try file.status().st_mode & S_IFMT == S_IFREG else {
                throw .fileExists
            }
            return try file.read(upTo: sizeLimit)
        } catch .noSuchFileOrDirectory {
            return nil
        } catch .tooManySymbolicLinkLevels {
            throw Failure(path: path, reason: "is a symbolic link, and is not replaced: remove it first")
        } catch .fileExists {
            throw Failure(path: path, reason: "is no regular file, and is not replaced")
        } catch {
            throw Failure(path: path, reason: "cannot be looked at: \(SystemText.describe(error.rawValue))")
        }
    }

    private func store(as name: String, in holder: borrowing OpenDescriptor) throws(Errno) {
        let number = openat(holder.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw Errno(rawValue: errno) }
        defer { close(number) }
        // The umask has no say in who may read a policy.
        var isStored = fchmod(number, 0o644) == 0
        var rest = Array(text.utf8)[...]
        while isStored, !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            isStored = count > 0
            rest = rest.dropFirst(max(count, 0))
        }
        guard isStored, fsync(number) == 0 else {
            let failure = Errno(rawValue: errno)
            unlinkat(holder.number, name, 0)
            throw failure
        }
    }
}
