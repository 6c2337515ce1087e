// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// A text of a trail, cut to what a summary keeps of it.
enum BoundedText {
    /// Bytes of the name of a profile, a program, a user and the like, and of a reason.
    static let nameLimit = 256
    /// Bytes of a command's arguments; a trail of ours has no longer ones.
    static let argumentsLimit = 1024

    /// - Parameter limit: bytes; of a longer text the first, and how many it has.
    static func cut(_ text: String, to limit: Int = nameLimit) -> String {
        guard text.utf8.count > limit else { return text }
        var count = 0
        var result = ""
        for scalar in text.unicodeScalars {
            count += UTF8.width(scalar)
            if count > limit { break }
            result.unicodeScalars.append(scalar)
        }
        return "\(result)... (\(text.utf8.count) bytes)"
    }
}
