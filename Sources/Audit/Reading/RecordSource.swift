// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Where the parts of a record are read from, by their names in onion-sieve-audit(5). What is not there is nil; what is there and is
/// something else than it must be makes the whole no record, so that nothing is guessed.
protocol RecordSource {
    func text(_ name: String) throws(NoRecord) -> String?
    func number(_ name: String) throws(NoRecord) -> UInt64?
    func flag(_ name: String) throws(NoRecord) -> Bool?
    func texts(_ name: String) throws(NoRecord) -> [String]?
    func fields(_ name: String) throws(NoRecord) -> Self?
}

/// Something that is no record of ours.
struct NoRecord: Error {}

extension RecordSource {
    /// A number of a narrower type.
    func number<Number: FixedWidthInteger>(_ name: String, as: Number.Type) throws(NoRecord) -> Number? {
        guard let wide = try number(name) else { return nil }
        guard let number = Number(exactly: wide) else { throw NoRecord() }
        return number
    }

    func value<Value: RawRepresentable<String>>(_ name: String, as: Value.Type) throws(NoRecord) -> Value? {
        guard let text = try text(name) else { return nil }
        guard let value = Value(rawValue: text) else { throw NoRecord() }
        return value
    }
}
