// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Numbers as the service manager writes them into the environment: digits alone.
enum Number {
    static func parse<Value: FixedWidthInteger>(_ text: some StringProtocol, as _: Value.Type = Value.self) -> Value? {
        guard !text.isEmpty, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Value(text)
    }
}
