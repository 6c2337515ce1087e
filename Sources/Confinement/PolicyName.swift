// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a policy: the label that its program will have, so it must be what the profile asks for, letter by letter.
package enum PolicyName: Hashable, Sendable {
    /// The path of the program that the policy is attached to.
    case path(PathLiteral)
    /// A name by itself: something must start the program under it.
    case name(String)

    package init(parsing text: String) throws(Unwritable) {
        if let mode = ["enforce", "complain", "kill", "unconfined", "prompt"].first(where: {
            text.hasSuffix(" (\($0))")
        }) {
            throw Unwritable("` (\(mode))` is the mode of a policy and no part of its name", hint: "leave it out")
        }
        guard !text.contains("//&") else {
            throw Unwritable(
                "it is a stack of labels, not one policy",
                hint: "write a profile for each of the labels to get policies")
        }
        guard !text.hasPrefix(":") else { throw Unwritable("it names a policy of another namespace") }
        guard text != "unconfined" else { throw Unwritable("that is the label of what no policy is for") }
        if text.hasPrefix("/") && !text.contains("//") {
            let path = try PathLiteral(parsing: text)
            guard text.utf8.count <= Self.longest else {
                throw Unwritable("its file would have a name that is too long (more than \(Self.longest) bytes)")
            }
            self = .path(path)
            return
        }
        guard !text.contains("//") else {
            throw Unwritable("it is a child of another policy, which is written in that one")
        }
        try PathLiteral.checkCharacters(of: text)
        guard !text.contains(" ") else {
            throw Unwritable(
                "it has a blank", hint: "a policy that is no path is called by letters, digits, `.`, `_`, `+` and `-`")
        }
        guard text.utf8.count <= Self.longest else {
            throw Unwritable("it is too long (more than \(Self.longest) bytes)")
        }
        guard let first = text.utf8.first, Self.isAlphanumeric(first),
            text.utf8.allSatisfy({ Self.isAlphanumeric($0) || Self.marks.contains($0) })
        else {
            throw Unwritable(
                "a policy that is no path is called by letters, digits, `.`, `_`, `+` and `-`, a letter or digit first")
        }
        guard !text.hasPrefix("snap.") else { throw Unwritable("snapd writes the policies of its snaps itself") }
        self = .name(text)
    }

    /// A name of a file may have 255 bytes; ours get an ending while they are written.
    private static let longest = 200
    private static let marks = Set("._+-".utf8)

    package var text: String {
        switch self {
        case .path(let path): path.path
        case .name(let name): name
        }
    }

    /// The file that AppArmor's tools would look for it in, below `/etc/apparmor.d`: the path with dots.
    package var fileName: String {
        let trimmed = text.hasPrefix("/") ? text.dropFirst() : text[...]
        let plain = trimmed.utf8.map { byte in
            if byte == UInt8(ascii: "/") { return UInt8(ascii: ".") }
            return Self.isAlphanumeric(byte) || Self.marks.contains(byte) ? byte : UInt8(ascii: "_")
        }
        // One that begins with a dot would not be loaded.
        return (plain.first == UInt8(ascii: ".") ? "_" : "") + String(decoding: plain, as: UTF8.self)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
