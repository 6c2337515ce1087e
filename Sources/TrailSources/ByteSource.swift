// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Where the bytes of a trail come from.
package protocol ByteSource: AnyObject {
    /// Waits for bytes, and gives how many there were; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrailUnreadable) -> Int

    /// How far it is read, and how far it goes, in bytes of what lies on disk; nil if nobody knows.
    var progress: (position: Int, size: Int)? { get }

    /// To be called at the end: whether that was the end of the trail, and not only of what could be read of it.
    func finish() throws(TrailUnreadable)

    /// Reads on to the end of a line that was being written when the source was opened.
    func extend()
}

extension ByteSource {
    package var progress: (position: Int, size: Int)? { nil }
    package func finish() throws(TrailUnreadable) {}
    package func extend() {}
}
