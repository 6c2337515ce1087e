// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The members of an object of JSON, as the parts of a record.
struct JSONFields: RecordSource {
    let object: JSONDocument.Value

    func text(_ name: String) throws(NoRecord) -> String? {
        guard let value = object[name] else { return nil }
        guard let text = value.text else { throw NoRecord() }
        return text
    }

    func number(_ name: String) throws(NoRecord) -> UInt64? {
        guard let value = object[name] else { return nil }
        guard let number = value.integer.flatMap(UInt64.init(exactly:)) else { throw NoRecord() }
        return number
    }

    func flag(_ name: String) throws(NoRecord) -> Bool? {
        guard let value = object[name] else { return nil }
        guard let flag = value.flag else { throw NoRecord() }
        return flag
    }

    func texts(_ name: String) throws(NoRecord) -> [String]? {
        guard let value = object[name] else { return nil }
        guard let elements = value.elements else { throw NoRecord() }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { throw NoRecord() }
        return texts
    }

    func fields(_ name: String) throws(NoRecord) -> Self? {
        guard let value = object[name] else { return nil }
        guard value.isObject else { throw NoRecord() }
        return Self(object: value)
    }
}
