// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles

/// The path of one file, written so that AppArmor takes it for that path and for nothing else (apparmor.d(5), "Globbing" and
/// "Variables").
///
/// What stands in a policy unquoted or as a pattern would widen it, so a path that cannot be written for certain is refused.
package struct PathLiteral: Hashable, Sendable {
    /// As the kernel calls it.
    package let path: String

    package init(parsing text: String) throws(Unwritable) {
        try Self.checkCharacters(of: text)
        guard text.hasPrefix("/") else { throw Unwritable("it is no path from the root") }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) }) else {
            throw Unwritable(
                "the kernel calls no file so: paths have no `//`, `.` or `..` in them and no `/` at the end")
        }
        guard text.utf8.count < Self.longest else { throw Unwritable("the path is too long") }
        path = text
    }

    /// PATH_MAX of limits.h.
    private static let longest = 4096

    /// What neither quotes nor escapes make harmless for all of AppArmor's tools.
    static func checkCharacters(of text: String) throws(Unwritable) {
        guard VisibleText.escaped(text) == text else {
            throw Unwritable("it has a character that does not show, such as a line break")
        }
        guard !text.contains("@{") else { throw Unwritable("`@{` begins a variable of AppArmor's") }
        guard !text.contains(where: { $0 == "\"" || $0 == "\\" }) else {
            throw Unwritable("AppArmor's tools do not agree about quotation marks and backslashes in names")
        }
    }

    /// With the one name of /run that patterns of ours do not tell from the other.
    var pathInRun: String { path.hasPrefix("/var/run/") ? String(path.dropFirst(4)) : path }

    /// As a pattern that matches this path alone, or what lies in it if `rest` says so (`/{,**}`).
    func pattern(_ rest: String = "") -> String {
        let inRun = ["/run/", "/var/run/"].first { path.hasPrefix($0) }
        let (start, literal) = inRun.map { ("@{run}/", String(path.dropFirst($0.count))) } ?? ("", path)
        return Self.quoted(start + Self.escaped(literal) + rest, of: path)
    }

    /// As a name, in which nothing but a quotation mark or a variable has a meaning.
    static func name(_ text: String) -> String { quoted(text, of: text) }

    /// Without quotes and variables, for a place among alternatives.
    var escapedLiteral: String { Self.escaped(path) }

    private static func escaped(_ text: String) -> String {
        text.map { "*?[]{}^".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// - Parameter text: what decides whether quotes are needed.
    private static func quoted(_ pattern: String, of text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "+"):
                true
            default: false
            }
        }
        return isPlain ? pattern : "\"\(pattern)\""
    }
}

extension PathLiteral {
    /// A path below this one. What is added consists of plain names.
    func appending(_ rest: String) -> PathLiteral { PathLiteral(unchecked: "\(path)/\(rest)") }

    private init(unchecked path: String) { self.path = path }

    /// The directory that holds it; nil if that is the root.
    var directory: PathLiteral? {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return nil }
        return PathLiteral(unchecked: String(path[..<slash]))
    }
}
