// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// A text as a pattern that matches it: letter by letter, but for what is another each time and can be nothing else: addresses of
/// onion services, fingerprints of relays, addresses of machines.
struct WordPattern: Hashable, Sendable {
    let pattern: String
    /// A text of the same kind about nobody, for tests that others read.
    let neutral: String
    /// What was put in place of what was seen, each kind once.
    let kinds: [Kind]

    enum Kind: String, Hashable, Sendable, CaseIterable {
        case service = "the address of any onion service"
        case fingerprint = "the fingerprint of any relay"
        case v4 = "any IPv4 address"
        case v6 = "any IPv6 address"
        case clientKey = "any key"
        case streamOrCircuit = "any number"
        case several = "up to 16 of them"
    }

    init(_ text: String) {
        var pattern = ""
        var neutral = ""
        var kinds: [Kind] = []
        var part = ""
        func end() {
            guard !part.isEmpty else { return }
            if let (general, kind) = Self.general(part) {
                pattern += general
                neutral += Self.nobody(kind, like: part)
                if !kinds.contains(kind) { kinds.append(kind) }
            } else {
                pattern += Self.escaped(part)
                neutral += part
            }
            part = ""
        }
        for character in text {
            if Self.delimiters.contains(character) {
                end()
                pattern += Self.escaped(String(character))
                neutral.append(character)
            } else {
                part.append(character)
            }
        }
        end()
        self.pattern = pattern
        self.neutral = neutral
        self.kinds = kinds
    }

    private static let delimiters: Set<Character> = ["/", " ", "=", ",", "$", "~", "\"", "@"]

    private static func nobody(_ kind: Kind, like part: String) -> String {
        switch kind {
        case .service: String(repeating: "a", count: 56) + (part.hasSuffix(".onion") ? ".onion" : "")
        case .fingerprint:
            hexadecimal(part).contains("A-F")
                ? "0123456789ABCDEF0123456789ABCDEF01234567" : "0123456789abcdef0123456789abcdef01234567"
        case .v4: "192.0.2.7"
        case .v6: "2001:db8::7"
        case .clientKey, .streamOrCircuit, .several: part
        }
    }

    private static func general(_ part: String) -> (String, Kind)? {
        if let service = pattern(ofService: part) { return (service, .service) }
        if part.utf8.count == 40 {
            let isHexadecimal = part.utf8.allSatisfy {
                $0.isDecimalDigit || (0x41...0x46).contains($0) || (0x61...0x66).contains($0)
            }
            if isHexadecimal { return (hexadecimal(part), .fingerprint) }
        }
        switch IPAddress(part) {
        case .v4?: return ("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}", .v4)
        case .v6?: return ("[0-9a-fA-F:.]{2,45}", .v6)
        case nil: return nil
        }
    }

    private static func pattern(ofService part: String) -> String? {
        let name = part.hasSuffix(".onion") ? String(part.dropLast(6)) : part
        guard ServiceID(name)?.description == name else { return nil }
        return name == part ? "[a-z2-7]{56}" : "[a-z2-7]{56}\\.onion"
    }

    private static func hexadecimal(_ part: String) -> String {
        let hasCapitals = part.utf8.contains { (0x41...0x46).contains($0) }
        let hasSmall = part.utf8.contains { (0x61...0x66).contains($0) }
        return hasCapitals && hasSmall ? "[0-9A-Fa-f]{40}" : hasSmall ? "[0-9a-f]{40}" : "[0-9A-F]{40}"
    }

    /// The text as a pattern for itself alone.
    static func escaped(_ text: some StringProtocol) -> String {
        text.reduce(into: "") { result, character in
            if "\\.^$|?*+()[]{}".contains(character) { result.append("\\") }
            result.append(character)
        }
    }
}
