// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What comes from one socket, line by line; the memory that is read into is shared by all of a process' sockets.
struct LineReader {
    /// Memory that is read into.
    final class Scratch {
        static let size = 512 * 1024
        let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        deinit { bytes.deallocate() }
    }

    enum Outcome {
        case read(Int)
        case nothing
        case closed
    }

    /// The beginning of a line whose end has not come.
    private var rest: [UInt8] = []

    /// Reads once. `body` gets each whole line without its end, and says whether it wants another.
    mutating func read(
        from descriptor: Int32,
        with scratch: Scratch,
        _ body: (UnsafeRawBufferPointer) -> Bool
    ) -> Outcome {
        let kept = rest.count
        guard kept < LineReader.Scratch.size else { return .closed }
        let count = recv(descriptor, scratch.bytes + kept, Scratch.size - kept, 0)
        guard count > 0 else {
            return count < 0 && (errno == EAGAIN || errno == EINTR) ? .nothing : .closed
        }
        if kept > 0 { rest.withUnsafeBytes { scratch.bytes.copyMemory(from: $0.baseAddress!, byteCount: kept) } }
        var start = 0
        let end = kept + count
        while let feed = memchr(scratch.bytes + start, 0x0A, end - start) {
            let next = scratch.bytes.distance(to: feed) + 1
            var length = next - 1 - start
            if length > 0, scratch.bytes.load(fromByteOffset: next - 2, as: UInt8.self) == 0x0D { length -= 1 }
            let wantsMore = body(UnsafeRawBufferPointer(start: scratch.bytes + start, count: length))
            start = next
            guard wantsMore else { return .read(count) }
        }
        if kept > 0 || start < end {
            rest.removeAll(keepingCapacity: true)
            rest.append(contentsOf: UnsafeRawBufferPointer(start: scratch.bytes + start, count: end - start))
        }
        return .read(count)
    }
}
