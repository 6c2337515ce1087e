// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of a file in the library, as an administrator types it: with `.yml` at its end or without.
///
/// It becomes the last part of a path, so it can hold nothing that leads elsewhere, and nothing that profiles are not read from.
package struct ProfileFileName: Hashable, Sendable {
    package struct Refusal: Error, Hashable, Sendable {
        /// In lower case and without a full stop.
        package let reason: String
    }

    /// As long as a name in a directory may be (NAME_MAX), with the ending.
    private static let longest = 255

    /// Without `.yml`.
    package let stem: String

    package var file: String { stem + ".yml" }

    /// The name of a file without `.yml`, whatever it consists of.
    package static func stem(of file: String) -> String { file.hasSuffix(".yml") ? String(file.dropLast(4)) : file }

    package init(parsing text: String) throws(Refusal) {
        let stem = Self.stem(of: text)
        guard !text.contains("/") else { throw Refusal(reason: "a name is asked for, not a path") }
        guard !text.isEmpty, !text.hasPrefix(".") else {
            throw Refusal(reason: text.isEmpty ? "the name is empty" : "names do not begin with a dot")
        }
        guard stem.utf8.allSatisfy(Self.mayStand) else {
            throw Refusal(reason: "names consist of letters and digits of ASCII, `.`, `_` and `-`")
        }
        guard stem.utf8.count + 4 <= Self.longest else { throw Refusal(reason: "the name is too long") }
        self.stem = stem
    }

    private static func mayStand(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
