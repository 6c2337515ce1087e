// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import Policies
package import Profiles
import SystemPackage

extension ProfileLibrary {
    private typealias Plan = (name: ProfileFileName, target: String)

    /// What a file of the library is held against.
    private struct Criteria {
        let review: (LoadedProfiles) -> [Diagnostic]
        let checksums: PackageChecksums
    }

    /// Links profiles of the library into the directory of the administrator: all of the names, or none.
    ///
    /// What stands under a name, in whichever directory, is never replaced and never hidden. A file is taken only if `serve` would
    /// take it by that link, if somebody can be its client, if nobody has edited what a package has put there, and if the review
    /// finds no error in it.
    ///
    /// - Parameter review: what else speaks against a file, such as tests that fail.
    package func enable(
        _ texts: [String],
        review: @escaping (LoadedProfiles) -> [Diagnostic] = { _ in [] }
    ) -> LibraryChange {
        var change = LibraryChange()
        var plans: [Plan] = []
        let criteria = Criteria(review: review, checksums: readChecksums())
        for name in change.names(texts) {
            if let target = check(name, criteria, &change) { plans.append((name, target)) }
        }
        guard !change.isRefused else { return change }
        link(plans, &change)
        return change
    }

    /// Removes links that lead into the library: all of the names, or none. What is not such a link stays.
    package func disable(_ texts: [String]) -> LibraryChange {
        var change = LibraryChange()
        var plans: [Plan] = []
        for name in change.names(texts) {
            if let target = checkRemoval(name, &change) { plans.append((name, target)) }
        }
        guard !change.isRefused, !plans.isEmpty else { return change }
        unlink(plans, &change)
        return change
    }

    // MARK: Checking

    /// The path that a link would hold; nil if there is nothing to do or the name was refused.
    private func check(
        _ name: ProfileFileName,
        _ criteria: Criteria,
        _ change: inout LibraryChange
    ) -> String? {
        let shipped = Self.path(name.file, in: directory)
        let link = Self.path(name.file, in: enabled)
        switch entry(name.file, in: enabled) {
        case .absent: break
        case .link(let target)
        where DirectoryEntry.libraryName(of: target, from: enabled, library: directory) == name.file
            && exists(shipped):
            change.unchanged.append((name.stem, "is enabled already"))
            return nil
        case .link("/dev/null"):
            change.refuse(link, "masks the profile, as a link to /dev/null", hint: "remove it first: `rm \(link)`")
            return nil
        case .link(let target):
            change.refuse(
                link, "is a link to `\(target)` already, and is not replaced", hint: "remove it first: `rm \(link)`")
            return nil
        case .other:
            change.refuse(link, "is neither a file nor a link, and is not replaced", hint: "move it away")
            return nil
        case .file:
            change.refuse(
                link, "is a file of its own, in use in place of the library's, and is not replaced",
                hint: "move it away if the library's is wanted")
            return nil
        case .unreadable(let reason):
            change.refuse(link, "cannot be looked at: \(reason)")
            return nil
        }
        for other in directories where other != enabled && entry(name.file, in: other) != .absent {
            let path = Self.path(name.file, in: other)
            guard exists(shipped) else {
                change.refuse(path, "is in use where it is, and is not of the library", hint: "it needs no link")
                return nil
            }
            change.refuse(
                shipped, "has the same name as `\(path)`: only one of them would be in use",
                hint: "if the library's is meant, say so with a link of your own: `ln -s \(shipped) \(link)`")
            return nil
        }
        return checkShipped(name, shipped, criteria, &change) ? shipped : nil
    }

    private func checkShipped(
        _ name: ProfileFileName,
        _ path: String,
        _ criteria: Criteria,
        _ change: inout LibraryChange
    ) -> Bool {
        guard exists(path) else {
            change.refuse(
                name.stem, "there is no such profile in \(directory)",
                hint: "`onion-sieve profile list` shows what there is")
            return false
        }
        // Before the directory of links is made, it is the root that holds the way to the library.
        let holder = SourceFileReader(trust: .enforced).isDirectory(enabled) ? enabled : "/"
        guard let source = SourceFileReader(trust: .enforced).read(linkTo: path, in: holder) else {
            change.refuse(path, "is a directory")
            return false
        }
        let loaded = ProfileLoader(lints: true).load([source])
        change.diagnostics += loaded.diagnostics + criteria.review(loaded)
        change.sources.merge(loaded.sources) { _, later in later }
        switch loaded.files.first?.status {
        case .used where loaded.policySet.selectors.allSatisfy(\.exampleClients.isEmpty):
            change.refuse(path, "no client is ever matched by it")
        case .used: break
        case .mask: change.refuse(path, "is a link to /dev/null, and has no profile in it")
        case .empty: change.refuse(path, "has no profile in it")
        case .broken, .kept, .replaced, nil: return false
        }
        if let origin = criteria.checksums.origin(of: path, holding: source.bytes), origin.isModified {
            change.refuse(
                path, "was edited since the package `\(origin.package)` was installed, whose next version replaces it",
                hint:
                    "to use it as it is, make it yours: `cp \(path) \(Self.path(name.file, in: enabled))`; to have the "
                    + "package's back, run `apt-get install --reinstall \(origin.package)`")
        }
        return !change.isRefused
    }

    private func checkRemoval(_ name: ProfileFileName, _ change: inout LibraryChange) -> String? {
        let link = Self.path(name.file, in: enabled)
        switch entry(name.file, in: enabled) {
        case .link(let target)
        where DirectoryEntry.libraryName(of: target, from: enabled, library: directory) != nil:
            return target
        case .link("/dev/null"):
            change.unchanged.append((name.stem, "is masked by \(link)"))
        case .link(let target):
            change.refuse(
                link, "is a link to `\(target)`, not into \(directory), and stays", hint: "remove it with `rm \(link)`")
        case .other:
            change.refuse(link, "is neither a file nor a link, and stays", hint: "move it away")
        case .file:
            change.refuse(
                link, "is a file of its own, not a link into \(directory), and stays",
                hint: "move it away to take it out of use")
        case .unreadable(let reason):
            change.refuse(link, "cannot be looked at: \(reason)")
        case .absent:
            if let other = directories.last(where: { $0 != enabled && entry(name.file, in: $0) != .absent }) {
                let path = Self.path(name.file, in: other)
                let isEarlier = directories.firstIndex(of: other) ?? 0 < directories.firstIndex(of: enabled) ?? 0
                change.refuse(
                    path, "is not of the library, and stays",
                    hint: isEarlier ? "mask it with `ln -s /dev/null \(link)`" : "move it away to take it out of use")
            } else if exists(Self.path(name.file, in: directory)) {
                change.unchanged.append((name.stem, "is not enabled"))
            } else {
                change.refuse(
                    name.stem, "there is no such profile", hint: "`onion-sieve profile list` shows what there is")
            }
        }
        return nil
    }

    private func entry(_ name: String, in directory: String) -> DirectoryEntry {
        do throws(Errno) {
            return DirectoryEntry(name, in: try OpenDescriptor(directory, flags: OpenDescriptor.pathOnly | O_DIRECTORY))
        } catch .noSuchFileOrDirectory {
            return .absent
        } catch {
            return .unreadable(SystemText.describe(error.rawValue))
        }
    }

    private func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    // MARK: Changing

    /// symlink(2) makes the link whole or not at all, and never in place of something.
    private func link(_ plans: [Plan], _ change: inout LibraryChange) {
        guard !plans.isEmpty else { return }
        if mkdir(enabled, 0o755) == 0 { chmod(enabled, 0o755) }
        guard let holder = openHolder(&change) else { return }
        for (name, target) in plans {
            let path = Self.path(name.file, in: enabled)
            if symlinkat(target, holder.number, name.file) == 0 {
                change.done.append((name.stem, path, target))
                continue
            }
            change.refuse(path, cannot: "be made", errno)
            for (_, path, target) in change.done { take(path, target, from: holder) }
            change.done = []
            return
        }
        fsync(holder.number)
    }

    private func unlink(_ plans: [Plan], _ change: inout LibraryChange) {
        guard let holder = openHolder(&change) else { return }
        for (name, target) in plans {
            let path = Self.path(name.file, in: enabled)
            if take(path, target, from: holder) {
                change.done.append((name.stem, path, target))
                continue
            }
            change.refuse(path, cannot: "be removed", errno)
            for (name, _, target) in change.done { symlinkat(target, holder.number, name + ".yml") }
            change.done = []
            return
        }
        fsync(holder.number)
    }

    private func openHolder(_ change: inout LibraryChange) -> OpenDescriptor? {
        do throws(Errno) {
            return try OpenDescriptor(enabled, flags: O_RDONLY | O_DIRECTORY)
        } catch {
            change.refuse(enabled, cannot: "be opened", error.rawValue)
            return nil
        }
    }

    /// Removes a link and nothing else, even if somebody puts another file in its place meanwhile: it is set aside first, under a
    /// name that profiles are not read from, and looked at there.
    @discardableResult
    private func take(_ path: String, _ target: String, from holder: borrowing OpenDescriptor) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let aside = ".\(name.prefix(200)).\(String(UInt32.random(in: .min ... .max), radix: 36))"
        guard clinux_rename_new(holder.number, name, aside) == 0 else { return false }
        guard DirectoryEntry(aside, in: holder) == .link(target: target) else {
            _ = clinux_rename_new(holder.number, aside, name)
            errno = EBUSY
            return false
        }
        return unlinkat(holder.number, aside, 0) == 0
    }
}
