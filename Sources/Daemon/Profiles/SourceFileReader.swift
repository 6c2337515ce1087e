// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
package import Profiles
import SystemPackage

/// Finds the files of profiles in their directories and reads them.
///
/// Whoever may write to a file, to the directory that holds it, or to one that its links lead through, decides what
/// applications may do; so they belong to root or to us, and nobody else may write to them.
package struct SourceFileReader: Sendable {
    /// What becomes of files that others may have written.
    package enum Trust: Hashable, Sendable {
        /// They are errors, and are not used.
        case enforced
        /// They are warned of.
        case advised
    }

    /// What was found in some directories.
    package struct Found: Sendable {
        /// Directory after directory, in the order of their names in each.
        package var files: [SourceFile] = []
        /// What is wrong with the directories themselves.
        package var findings: [Diagnostic] = []
        /// Whether every directory could be listed.
        package var isComplete = true
    }

    /// Where packages and administrators put profiles; later ones replace earlier ones.
    package static let defaultDirectories = [
        "/usr/lib/onion-grater.d", "/etc/onion-grater.d", "/usr/local/etc/onion-grater.d",
    ]

    private let trust: Trust
    private let owner: uid_t

    /// - Parameter owner: the user who is trusted beside root.
    package init(trust: Trust, owner: UInt32 = geteuid()) {
        self.trust = trust
        self.owner = owner
    }

    /// - Parameter toleratesMissing: whether a directory may be absent, as those of the default list may.
    package func read(directories: [String], toleratesMissing: Bool) -> Found {
        var found = Found()
        for directory in directories {
            do {
                for name in try names(in: directory) {
                    let path = directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
                    guard let (file, complaint) = read(name, in: directory, as: path) else { continue }
                    found.files.append(file)
                    // What is wrong with the directory is said once, not for each file.
                    if let complaint, !found.findings.contains(complaint) { found.findings.append(complaint) }
                }
            } catch .noSuchFileOrDirectory where toleratesMissing {
                continue
            } catch {
                found.isComplete = false
                found.findings.append(
                    Diagnostic(file: directory, severity: .error, message: "cannot be listed: \(Self.text(error))")
                )
                // What it would replace or deny is not known, so nothing before it may stand.
                found.files = found.files.map { withdrawn($0, for: directory) }
            }
        }
        return found
    }

    /// One file by its path, whatever its name ends in; nil if it is a directory.
    package func read(file path: String) -> SourceFile? {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let parent = path.hasSuffix(name) ? String(path.dropLast(name.utf8.count)) : path
        guard let (file, complaint) = read(name, in: parent.isEmpty ? "." : parent, as: path) else { return nil }
        var complete = file
        if let complaint { complete.findings.append(complaint) }
        return complete
    }

    /// A file as it would be read by way of a link to it in `directory`, which is not there yet; `file` is its path.
    package func read(linkTo file: String, in directory: String) -> SourceFile? {
        let name = file.split(separator: "/").last.map(String.init) ?? file
        let walk = { () throws(Errno) in try SourceWalk(linkTo: file, in: directory) }
        guard let (found, complaint) = read(name, in: directory, as: file, walk) else { return nil }
        var complete = found
        if let complaint { complete.findings.append(complaint) }
        return complete
    }

    package func isDirectory(_ path: String) -> Bool {
        (try? OpenDescriptor(path, flags: OpenDescriptor.pathOnly | O_DIRECTORY)) != nil
    }

    private func names(in directory: String) throws(Errno) -> [String] {
        try OpenDescriptor(directory, flags: O_RDONLY | O_DIRECTORY).names()
            .filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// A file, and what is wrong with the directory that holds it; nil if the name leads to a directory, which is no file of
    /// profiles.
    private func read(_ name: String, in directory: String, as path: String) -> (SourceFile, Diagnostic?)? {
        read(name, in: directory, as: path) { () throws(Errno) in try SourceWalk(name, in: directory) }
    }

    private func read(
        _ name: String,
        in directory: String,
        as path: String,
        _ start: () throws(Errno) -> SourceWalk
    ) -> (SourceFile, Diagnostic?)? {
        var complaint: Diagnostic?
        var file = SourceFile(path: path, name: name, content: .unusable)
        func add(_ severity: Diagnostic.Severity, _ message: String, hint: String? = nil) {
            file.findings.append(
                Diagnostic(
                    file: path,
                    severity: severity,
                    name: severity == .warning ? .untrustedFile : nil,
                    message: message,
                    hint: hint
                ))
        }
        do {
            var walk = try start()
            let end = try walk.finish(limit: SourceFile.sizeLimit + 1)
            var passed = walk.directories
            switch end {
            case .directory:
                return nil
            case .mask:
                file.content = .mask
            case .bytes(let bytes, let passage):
                passed.append(passage)
                file.content = .bytes(bytes)
                if bytes.count > SourceFile.sizeLimit {
                    add(
                        .error, "the file is larger than \(SourceFile.sizeLimit) bytes",
                        hint: "split it into several files")
                    file.content = .unusable
                }
            }
            let severity: Diagnostic.Severity = trust == .enforced ? .error : .warning
            for (index, passage) in passed.enumerated() {
                guard let (what, hint) = problem(with: passage, isHolder: index == 0) else { continue }
                if trust == .enforced { file.content = .unusable }
                if index == 0 {
                    complaint = Diagnostic(
                        file: directory, severity: severity, name: .untrustedFile, message: what, hint: hint)
                } else if walk.links == 0 {
                    add(severity, what, hint: hint)
                } else {
                    add(severity, "a link leads to `\(passage.path)`, which \(what)", hint: hint)
                }
            }
        } catch let failure as SourceWalk.Failure {
            switch failure {
            case .system(let error): add(.error, "cannot be read: \(Self.text(error))")
            case .notRegular: add(.error, "is no regular file")
            case .changed: add(.error, "was replaced while it was being read")
            }
        } catch {
            add(.error, "cannot be read: \((error as? Errno).map(Self.text) ?? "unknown reason")")
        }
        return (file, complaint)
    }

    /// Why others could have written what was passed; nil if they could not.
    ///
    /// In a directory with the sticky bit, as `/tmp`, others cannot touch what is not theirs: a link may lead through it to
    /// what is ours. The directory that holds the profiles is another matter, since others could add names to it.
    private func problem(with passage: SourceWalk.Passage, isHolder: Bool) -> (what: String, hint: String)? {
        if passage.owner != 0, passage.owner != owner {
            let expected = owner == 0 ? "root" : "root or user \(owner)"
            return ("belongs to user \(passage.owner), not to \(expected)", "run `chown root \(passage.path)`")
        }
        let byGroup = passage.mode & S_IWGRP != 0
        let byOthers = passage.mode & S_IWOTH != 0
        let isSticky = passage.mode & S_IFMT == S_IFDIR && passage.mode & S_ISVTX != 0
        guard byGroup || byOthers, !isSticky || isHolder else { return nil }
        let who = byGroup && byOthers ? "its group and others" : byGroup ? "its group" : "others"
        return ("can be written by \(who)", "run `chmod go-w \(passage.path)`")
    }

    private func withdrawn(_ file: SourceFile, for directory: String) -> SourceFile {
        var file = file
        if file.content != .mask { file.content = .unusable }
        file.findings.append(
            Diagnostic(
                file: file.path,
                severity: .error,
                message: "left out, since \(directory) could replace it and cannot be listed"
            )
        )
        return file
    }

    private static func text(_ error: Errno) -> String { error.description.lowercased() }
}
