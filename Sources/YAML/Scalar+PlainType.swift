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
}
