// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CJansson

/// The owner of what jansson made of one JSON text (RFC 8259).
///
/// Stricter than the standard asks: an object that has a key twice is none, and neither is a text with more than 2048 arrays and
/// objects inside each other, a number that does not fit, a key with a NUL, or anything that is not UTF-8.
struct JSONDocument: ~Copyable {
    private let value: UnsafeMutablePointer<json_t>

    /// Nil if the bytes are not one JSON text.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return nil }
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL)
        guard let value = json_loadb(start.assumingMemoryBound(to: CChar.self), bytes.count, flags, nil) else {
            return nil
        }
        self.value = value
    }

    deinit { json_decref(value) }

    /// - Parameter body: must not keep the value.
    borrowing func withRoot<Result, Failure: Error>(_ body: (Value) throws(Failure) -> Result) throws(Failure) -> Result
    {
        try body(Value(pointer: value))
    }

    /// A part of a document, as long as that lives.
    struct Value {
        fileprivate let pointer: UnsafeMutablePointer<json_t>

        var isObject: Bool { pointer.pointee.type == JSON_OBJECT }

        /// What an object has under a key; nil if nothing, or if this is no object.
        subscript(_ key: String) -> Value? { json_object_get(pointer, key).map(Value.init) }

        /// Nil if this is no string.
        var text: String? {
            guard pointer.pointee.type == JSON_STRING, let start = json_string_value(pointer) else { return nil }
            let count = json_string_length(pointer)
            return start.withMemoryRebound(to: UInt8.self, capacity: count) {
                String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
            }
        }

        /// Nil if this is no whole number; `1.0` and `1e0` are none.
        var integer: Int64? {
            pointer.pointee.type == JSON_INTEGER ? Int64(json_integer_value(pointer)) : nil
        }

        /// Nil if this is neither `true` nor `false`.
        var flag: Bool? {
            switch pointer.pointee.type {
            case JSON_TRUE: true
            case JSON_FALSE: false
            default: nil
            }
        }

        /// Nil if this is no array.
        var elements: [Value]? {
            guard pointer.pointee.type == JSON_ARRAY else { return nil }
            return (0..<json_array_size(pointer)).compactMap { json_array_get(pointer, $0).map(Value.init) }
        }
    }
}
