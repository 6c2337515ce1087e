// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Bytes that never describe themselves: cookies, passwords, keys.
///
/// Neither printing, interpolation, reflection nor a debugger's summary shows more than that there is one.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    package var count: Int { bytes.count }

    /// The bytes themselves; a caller that asks has a reason that stands beside the call.
    package func withExposedBytes<Result>(_ body: ([UInt8]) -> Result) -> Result { body(bytes) }

    /// Whether both hold the same bytes, in a time that depends on their lengths alone.
    package func isEqual(to other: Secret) -> Bool {
        guard bytes.count == other.bytes.count else { return false }
        return zip(bytes, other.bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    package var description: String { "[secret]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
