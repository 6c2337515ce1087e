// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The names of profiles as one text: with commas between them, and a backslash before a comma or backslash that belongs to a name.
enum JoinedNames {
    static func text(_ names: [String]) -> String {
        names.map { name in
            guard name.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\\") }) else {
                return name
            }
            return name.unicodeScalars.reduce(into: "") { text, scalar in
                if scalar == "," || scalar == "\\" { text.unicodeScalars.append("\\") }
                text.unicodeScalars.append(scalar)
            }
        }.joined(separator: ",")
    }

    static func parse(_ text: String) -> [String] {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\\") }) else { return [text] }
        var names = [""]
        var isEscaped = false
        func append(_ scalar: Unicode.Scalar) { names[names.count - 1].unicodeScalars.append(scalar) }
        for scalar in text.unicodeScalars {
            if isEscaped {
                // What the journal made visible has other backslashes, which stay.
                if scalar != ",", scalar != "\\" { append("\\") }
                append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "," {
                names.append("")
            } else {
                append(scalar)
            }
        }
        // Cut in its middle, or not ours.
        if isEscaped { append("\\") }
        return names
    }
}
