// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension Scalar {
    /// What PyYAML's `safe_load` would make of this scalar: by its tag if there is one, else a string if it is quoted or a
    /// block, else what the text looks like.
    package var plainType: PlainType {
        switch tag.flatMap(CoreTag.init) {
        case .str: .string
        case .float: .float
        case nil where style != .plain: .string
        default: Self.plainType(of: text)
        }
    }

    /// `null`, `~`, or nothing at all.
    package var isNull: Bool { plainType == .null }

    /// What `yes`, `no`, `on`, `off`, `true` and `false` stand for, in small letters, capitals, or with a capital.
    package var bool: Bool? {
        if case .bool(let value) = plainType { value } else { nil }
    }

    /// The implicit type of plain text (PyYAML 6, `resolver.py`, which has them from the YAML 1.1 type repository).
    static func plainType(of text: String) -> PlainType {
        guard canBeOther(text) else { return .string }
        switch text {
        case "", "~", "null", "Null", "NULL":
            return .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
            return .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
            return .bool(false)
        case "<<":
            return .merge
        case "=":
            return .value
        default:
            let bytes = Array(text.utf8)
            return if NumberShape.isFloat(bytes) {
                .float
            } else if NumberShape.isInteger(bytes) {
                .integer
            } else if TimestampShape.matches(bytes) {
                .timestamp
            } else {
                .string
            }
        }
    }

    /// Whether plain text begins as one that is no string does; nearly all texts do not, or are too long for a word that does.
    private static func canBeOther(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        return switch first {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "~"), UInt8(ascii: "<"), UInt8(ascii: "="):
            true
        case UInt8(ascii: "f"), UInt8(ascii: "F"), UInt8(ascii: "n"), UInt8(ascii: "N"), UInt8(ascii: "o"),
            UInt8(ascii: "O"), UInt8(ascii: "t"), UInt8(ascii: "T"), UInt8(ascii: "y"), UInt8(ascii: "Y"):
            text.utf8.count <= 5
        default:
            false
        }
    }
}
