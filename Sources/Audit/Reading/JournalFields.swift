// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The fields of an entry of the journal, as `journalctl --output=json` prints them, as the parts of a record: flat, in capitals, and
/// every value a text (``JournalEntry``). A field that an entry has several times is an array there, one that is not printable an
/// array of its bytes, and one that is too long for journalctl null.
struct JournalFields: RecordSource {
    let entry: JSONDocument.Value
    var prefix = JournalEntry.prefix

    func text(_ name: String) throws(NoRecord) -> String? {
        guard let value = self[name] else { return nil }
        return try Self.text(value)
    }

    func number(_ name: String) throws(NoRecord) -> UInt64? {
        guard let text = try text(name) else { return nil }
        // Decimal as ours are written, without sign or leading zero.
        guard let number = UInt64(text), String(number) == text else { throw NoRecord() }
        return number
    }

    func flag(_ name: String) throws(NoRecord) -> Bool? {
        switch try text(name) {
        case nil: nil
        case "true"?: true
        case "false"?: false
        default: throw NoRecord()
        }
    }

    func texts(_ name: String) throws(NoRecord) -> [String]? {
        guard let value = self[name] else { return nil }
        guard let elements = value.elements, elements.contains(where: { $0.integer == nil }) else {
            return [try Self.text(value)]
        }
        var texts: [String] = []
        for element in elements { texts.append(try Self.text(element)) }
        return texts
    }

    func fields(_ name: String) throws(NoRecord) -> Self? {
        let fields = Self(entry: entry, prefix: prefix + name.asciiUppercased + "_")
        return fields["transport"] == nil ? nil : fields
    }

    private subscript(_ name: String) -> JSONDocument.Value? { entry[prefix + name.asciiUppercased] }

    /// A value that stands once: as text or as bytes.
    private static func text(_ value: JSONDocument.Value) throws(NoRecord) -> String {
        if let text = value.text { return text }
        guard let elements = value.elements else { throw NoRecord() }
        let bytes = elements.compactMap { $0.integer.flatMap(UInt8.init(exactly:)) }
        guard bytes.count == elements.count, let text = String(validating: bytes, as: UTF8.self) else {
            throw NoRecord()
        }
        return text
    }
}
