// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies

/// What there is of profiles, in the library and in the directories that are read, and what takes effect of it.
package struct ProfileInventory: Sendable {
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// A link into the library; it takes effect.
        case enabled
        /// A file of its own in one of the directories; it takes effect.
        case local
        /// In the library, and not in use.
        case available
        /// Another file of its name takes its place.
        case overridden
        /// A link to `/dev/null` takes its place.
        case masked
        /// A link to `/dev/null`.
        case mask
        /// It has mistakes, or others could have written it: it is left out.
        case broken
        /// A link that leads nowhere.
        case dangling
    }

    /// What the file system and the package database say of a file.
    package struct Facts: Hashable, Sendable {
        /// The file of the library that a link leads to, if it does.
        package var libraryFile: String?
        package var isDangling: Bool
        /// The package that has brought the file.
        package var package: String?
        /// Whether it was edited since.
        package var isModified: Bool

        package init(
            libraryFile: String? = nil,
            isDangling: Bool = false,
            package: String? = nil,
            isModified: Bool = false
        ) {
            self.libraryFile = libraryFile
            self.isDangling = isDangling
            self.package = package
            self.isModified = isModified
        }
    }

    package struct Entry: Sendable {
        /// Without `.yml`.
        package let name: String
        package let path: String
        package let state: State
        /// Nil of a file that is not looked into, since it is broken or replaced.
        package let audience: Audience?
        package let facts: Facts
        /// The file that takes its place.
        package let replacedBy: String?
        /// The first mistake of a broken file.
        package let mistake: Diagnostic?
        /// Whether it lies in the library and no link leads to it.
        package let isInLibrary: Bool

        /// Whether an administrator has something to mend.
        package var isAmiss: Bool { state == .broken || state == .dangling || facts.isModified }
    }

    /// By name; what takes effect before what it replaces.
    package let entries: [Entry]
    /// Paths of files that are shipped twice under one name, in the library and for one of the directories, while the
    /// administrator has put nothing in their place.
    package let shippedTwice: [(libraryFile: String, other: String)]

    /// - Parameters:
    ///   - library: each file of the library, loaded by itself.
    ///   - directories: the files of all directories, loaded together as `serve` does.
    ///   - facts: by the paths of the files.
    ///   - packaged: whether packages rather than the administrator have put the file at a path.
    package init(
        library: [LoadedProfiles],
        directories: LoadedProfiles,
        facts: [String: Facts],
        packaged: (String) -> Bool
    ) {
        let statuses = Dictionary(
            directories.files.map { ($0.path, $0.status) }, uniquingKeysWith: { _, later in later })
        let winners = Dictionary(
            directories.files.map { ($0.name, $0) }, uniquingKeysWith: { _, later in later })
        let used = directories.files.map { file in
            Self.entry(file, of: directories, facts[file.path] ?? Facts(), inLibrary: false) { by in
                statuses[by] == .mask ? .masked : .overridden
            }
        }
        let linked = Set(used.compactMap(\.facts.libraryFile))
        let unlinked = library.compactMap { loaded -> Entry? in
            guard let file = loaded.files.first, !linked.contains(file.path) else { return nil }
            return Self.entry(
                file, of: loaded, facts[file.path] ?? Facts(), inLibrary: true, replacedBy: winners[file.name]?.path
            ) { by in
                statuses[by] == .mask ? .masked : .overridden
            }
        }
        entries = (used + unlinked).enumerated()
            .sorted { left, right in
                let (one, other) = (left.element, right.element)
                if one.name != other.name {
                    return one.name.utf8.lexicographicallyPrecedes(other.name.utf8)
                }
                let replaced = (one.replacedBy != nil ? 1 : 0, other.replacedBy != nil ? 1 : 0)
                return replaced.0 == replaced.1 ? left.offset < right.offset : replaced.0 < replaced.1
            }
            .map(\.element)
        shippedTwice = library.flatMap(\.files).compactMap { file in
            guard !linked.contains(file.path), let winner = winners[file.name], packaged(winner.path) else {
                return nil
            }
            return (file.path, winner.path)
        }
    }

    private static func entry(
        _ file: LoadedProfiles.File,
        of loaded: LoadedProfiles,
        _ facts: Facts,
        inLibrary: Bool,
        replacedBy winner: String? = nil,
        replaced: (String) -> State
    ) -> Entry {
        var replacement = winner
        if case .replaced(let by) = file.status { replacement = by }
        let state: State
        switch file.status {
        case _ where replacement != nil: state = replacement.map(replaced) ?? .overridden
        case .mask: state = .mask
        case _ where facts.isDangling: state = .dangling
        case .broken, .kept: state = .broken
        case .used, .empty, .replaced:
            state = inLibrary ? .available : facts.libraryFile == nil ? .local : .enabled
        }
        return Entry(
            name: ProfileFileName.stem(of: file.name),
            path: file.path,
            state: state,
            audience: file.status == .used || file.status == .empty
                ? Audience(loaded.policySet.selectors(inFile: file.path)) : nil,
            facts: facts,
            replacedBy: replacement,
            mistake: loaded.diagnostics.first { $0.severity == .error && $0.file == file.path }
                ?? loaded.diagnostics.first { $0.severity == .error && file.status == .broken && $0.mark == nil },
            isInLibrary: inLibrary
        )
    }
}
