// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage

/// What has a name in a directory: nothing, a symbolic link with what it says, a file, or something else.
enum DirectoryEntry: Hashable, Sendable {
    case absent
    case link(target: String)
    case file
    /// A directory, a FIFO, a socket or a device.
    case other
    /// It cannot be looked at, and why.
    case unreadable(String)

    init(_ name: String, in directory: borrowing OpenDescriptor) {
        do throws(Errno) {
            let entry = try OpenDescriptor(name, in: directory.number, flags: OpenDescriptor.pathOnly | O_NOFOLLOW)
            switch try entry.status().st_mode & S_IFMT {
            case S_IFLNK: self = .link(target: try entry.linkTarget())
            case S_IFREG: self = .file
            default: self = .other
            }
        } catch .noSuchFileOrDirectory {
            self = .absent
        } catch {
            self = .unreadable(SystemText.describe(error.rawValue))
        }
    }

    /// The name of the file in `library` that a link in `directory` leads to at once, whether or not there is one; nil if it leads
    /// elsewhere.
    static func libraryName(of target: String, from directory: String, library: String) -> String? {
        let path = target.hasPrefix("/") ? target : "\(directory)/\(target)"
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let name = String(path[slash...].dropFirst())
        let parent = slash == path.startIndex ? "/" : String(path[..<slash])
        guard !name.isEmpty, name != ".", name != ".." else { return nil }
        return place(of: parent) == place(of: library) ? name : nil
    }

    /// A directory that is gone is known by its path alone.
    private static func place(of directory: String) -> String {
        guard let resolved = realpath(directory, nil) else {
            return "/" + directory.split(separator: "/").joined(separator: "/")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
