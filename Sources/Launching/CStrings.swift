// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Lists of strings as C has them, ending with a null pointer.
package enum CStrings {
    package static func bytes(_ list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> [[UInt8]] {
        var texts: [[UInt8]] = []
        var next = list
        while let text = next.pointee {
            texts.append(UnsafeBufferPointer(start: text, count: strlen(text)).map { UInt8(bitPattern: $0) })
            next += 1
        }
        return texts
    }

    /// The caller frees each.
    static func allocate(_ texts: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
        texts.map { text in strndup(text.map { CChar(bitPattern: $0) }, text.count) } + [nil]
    }
}
