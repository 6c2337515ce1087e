// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import YAML

/// A text as it stands in a file.
package struct WrittenText: Hashable, Sendable {
    package let mark: Mark
    private let scalar: Scalar

    init(_ scalar: Scalar, at mark: Mark) {
        self.mark = mark
        self.scalar = scalar
    }

    package var text: String { scalar.text }

    /// Where a byte of the text stands in the file.
    func mark(ofOffset offset: Int, in source: [UInt8]) -> Mark { scalar.mark(ofOffset: offset, in: source) }
}
