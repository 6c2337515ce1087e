// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension ApplicationEnvironment {
    /// A text that is none of ours. It is not repeated.
    package struct Unreadable: Error, Hashable, Sendable {
        package let reason: String
    }

    /// Reads what ``file`` has written, and nothing else: whatever looks different is another's, or half of it is missing.
    package init(parsing file: String) throws(Unreadable) {
        var variables: [Variable] = []
        var lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.popLast()?.isEmpty ?? false else { throw Unreadable(reason: "its last line has no end") }
        for (index, line) in lines.enumerated() {
            guard let equals = line.firstIndex(of: "="), Self.names.contains(String(line[..<equals])),
                let value = Self.unquoted(line[line.index(after: equals)...])
            else { throw Unreadable(reason: "line \(index + 1) is none that onion-sieve writes") }
            let name = String(line[..<equals])
            guard !variables.contains(where: { $0.name == name }) else {
                throw Unreadable(reason: "line \(index + 1) sets \(name) again")
            }
            variables.append(Variable(name: name, value: value))
        }
        self.init(variables: variables)
    }

    /// The value of a variable.
    package subscript(_ name: String) -> String? { variables.first { $0.name == name }?.value }

    /// What ``quoted(_:)`` has made a text of; nil if it has not.
    private static func unquoted(_ text: Substring) -> String? {
        guard text.hasPrefix("\"") else { return isPlain(String(text)) ? String(text) : nil }
        var value = ""
        var rest = text.utf8.dropFirst()
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\""): return rest.isEmpty && quoted(value) == text ? value : nil
            case UInt8(ascii: "\\"):
                guard let escaped = rest.popFirst() else { return nil }
                value.unicodeScalars.append(Unicode.Scalar(escaped))
            case 0x20...0x7E: value.unicodeScalars.append(Unicode.Scalar(byte))
            default: return nil
            }
        }
        return nil
    }
}
