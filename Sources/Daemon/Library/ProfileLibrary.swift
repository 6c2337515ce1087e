// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
package import Profiles
import SystemPackage

/// The profiles that are shipped without being in use, and the directories that profiles are read from. A profile of the library is
/// enabled by a symbolic link to it, so that it stays the package's to update.
package struct ProfileLibrary: Sendable {
    /// What `make install` has put beside this program, under whatever prefix; else where Debian has it.
    package static let defaultDirectory = directory(of: RealPath.resolve("/proc/self/exe"))
    /// Where an administrator's links are put.
    package static let defaultEnabled = "/etc/onion-grater.d"

    let directory: String
    let directories: [String]
    let enabled: String
    private let toleratesMissing: Bool
    private let packages: String

    /// - Parameters:
    ///   - directory: the library.
    ///   - directories: those that profiles are read from, in their order.
    ///   - enabled: the one of them that holds the links.
    ///   - toleratesMissing: whether directories may be absent, as those of the default list may.
    ///   - packages: dpkg's administrative directory.
    package init(
        directory: String,
        directories: [String],
        enabled: String,
        toleratesMissing: Bool,
        packages: String = PackageChecksums.defaultDirectory
    ) {
        self.directory = Self.absolute(directory)
        self.directories = directories
        self.enabled = enabled
        self.toleratesMissing = toleratesMissing
        self.packages = packages
    }

    /// What packages say of the files. They have megabytes to say, so that it is read where somebody asks, and once for all files.
    func readChecksums() -> PackageChecksums {
        PackageChecksums(in: packages, for: [directory] + directories.map(Self.absolute))
    }

    /// The files of all directories as `serve` takes them, with what is wrong with the directories themselves.
    package func inUse() -> (loaded: LoadedProfiles, isComplete: Bool) {
        let found = SourceFileReader(trust: .enforced).read(
            directories: directories, toleratesMissing: toleratesMissing)
        return (ProfileLoader().load(found.files, findings: found.findings), found.isComplete)
    }

    /// Each file of the library, loaded by itself, and what is wrong with the library as a whole.
    package func shipped() -> (files: [LoadedProfiles], findings: [Diagnostic]) {
        let found = SourceFileReader(trust: .enforced).read(
            directories: [directory], toleratesMissing: directory == Self.defaultDirectory)
        return (found.files.map { ProfileLoader().load([$0]) }, found.findings)
    }

    package func inventory(of shipped: [LoadedProfiles], and inUse: LoadedProfiles) -> ProfileInventory {
        var facts: [String: ProfileInventory.Facts] = [:]
        let checksums = readChecksums()
        for loaded in shipped {
            for file in loaded.files {
                facts[file.path] = Self.facts(of: file.path, holding: loaded.sources[file.path], checksums)
            }
        }
        for file in inUse.files {
            var found = Self.facts(of: file.path, holding: inUse.sources[file.path], checksums)
            if let target = linkTarget(of: file.path) {
                let holder = Self.parent(of: file.path)
                let name = DirectoryEntry.libraryName(of: target, from: holder, library: directory)
                let shipped = name.map { Self.path($0, in: directory) }
                let origin = shipped.flatMap { checksums.origin(of: $0, holding: inUse.sources[file.path]) }
                var status = stat()
                found = ProfileInventory.Facts(
                    libraryFile: shipped,
                    isDangling: stat(file.path, &status) != 0 && [ENOENT, ELOOP, ENOTDIR].contains(errno),
                    package: origin?.package,
                    isModified: origin?.isModified ?? false
                )
            }
            facts[file.path] = found
        }
        // What stands before the administrator's directory is there for packages, as `/usr/lib` is.
        let packaged = directories.prefix { $0 != enabled }
        return ProfileInventory(library: shipped, directories: inUse, facts: facts) { path in
            packaged.contains(Self.parent(of: path)) || facts[path]?.package != nil
        }
    }

    /// The path by which `show` reads a name: what is in use under it, or else the library's.
    package func path(of name: ProfileFileName) -> String? {
        let candidates =
            directories.reversed().map { Self.path(name.file, in: $0) }
            + [Self.path(name.file, in: directory)]
        var status = stat()
        return candidates.first { lstat($0, &status) == 0 }
    }

    /// Whether two paths lead to one file, which is there.
    package static func isSameFile(_ path: String, _ other: String) -> Bool {
        var status = stat()
        var otherStatus = stat()
        return stat(path, &status) == 0 && stat(other, &otherStatus) == 0 && status.st_dev == otherStatus.st_dev
            && status.st_ino == otherStatus.st_ino
    }

    private static func facts(
        of path: String,
        holding bytes: [UInt8]?,
        _ checksums: PackageChecksums
    ) -> ProfileInventory.Facts {
        let origin = checksums.origin(of: absolute(path), holding: bytes)
        return ProfileInventory.Facts(package: origin?.package, isModified: origin?.isModified ?? false)
    }

    private func linkTarget(of path: String) -> String? {
        let flags = OpenDescriptor.pathOnly | O_DIRECTORY
        guard let holder = try? OpenDescriptor(Self.parent(of: path), flags: flags) else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard case .link(let target) = DirectoryEntry(name, in: holder) else { return nil }
        return target
    }

    // MARK: Paths

    /// The library of a program that is `PREFIX/bin/onion-sieve`; `/usr` is the prefix of any other.
    static func directory(of program: String?) -> String {
        let bin = program.map(parent(of:)) ?? ""
        let prefix = bin.count > "/bin".count && bin.hasSuffix("/bin") ? String(bin.dropLast("/bin".count)) : "/usr"
        return prefix + "/share/onion-sieve/profiles.d"
    }

    static func path(_ name: String, in directory: String) -> String {
        directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path that a link can hold: one from the root.
    private static func absolute(_ path: String) -> String {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !trimmed.hasPrefix("/") else { return trimmed }
        guard let here = getcwd(nil, 0) else { return trimmed }
        defer { free(here) }
        let rest = trimmed.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return rest.isEmpty ? String(cString: here) : path == "/" ? "/" : "\(String(cString: here))/\(rest)"
    }
}
