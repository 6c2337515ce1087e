// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc

/// A file that somebody writes at the end of, followed by its name: log rotation may move it away and begin another.
///
/// The old one is read on until the new one has something in it, for its writer may not have been told yet.
package struct FollowedFile {
    package enum Happening: Hashable, Sendable {
        /// A line; nil if it was too long.
        case line([UInt8]?)
        /// Half a line, which nobody will end.
        case cut
        /// What somebody who waits for lines should know.
        case remark(String)
    }

    private struct Opened {
        let file: OpenFile
        var position: Int
        var splitter = LineSplitter()

        var size: Int {
            var status = stat()
            return fstat(file.descriptor, &status) == 0 ? Int(status.st_size) : 0
        }
    }

    /// Where reading begins in the file that is there first.
    package enum Start: Hashable, Sendable {
        case beginning
        /// Where the last so many bytes begin, at a line.
        case last(Int)
    }

    package let path: String
    private let start: Start
    private var current: Opened?
    private var previous: Opened?
    /// Whether it was said that there is no file.
    private var isMissed = false
    private var isFirst = true
    /// Bytes that are read at once.
    private static let chunk = 1 << 16

    package init(path: String, start: Start) {
        self.path = path
        self.start = start
    }

    /// Reads what has come since the last time.
    ///
    /// - Throws: TrailUnreadable if what is there cannot be followed at all; that no file is there yet is only remarked.
    package mutating func poll(_ take: (Happening) -> Void) throws(TrailUnreadable) {
        var status = stat()
        if stat(path, &status) != 0 {
            guard errno == ENOENT || current != nil else { throw TrailUnreadable(errno: errno) }
            if current == nil, !isMissed { take(.remark("\(path): there is no such file; waiting for it")) }
            isMissed = true
        } else if current.map({ $0.file.status.st_ino != status.st_ino || $0.file.status.st_dev != status.st_dev })
            ?? true
        {
            try open(take)
        }
        if let size = current?.size, size > 0 { try endPrevious(take) }
        try Self.drain(&previous, path, take)
        try Self.drain(&current, path, take)
    }

    private mutating func open(_ take: (Happening) -> Void) throws(TrailUnreadable) {
        let file: OpenFile
        do throws(TrailUnreadable) {
            file = try OpenFile(path: path)
        } catch {
            // It was there, and may come back.
            guard isFirst, !error.isMissing else { return }
            throw error
        }
        guard file.isRegular else {
            throw TrailUnreadable("is no regular file, and cannot be followed; give it as standard input, `-`")
        }
        guard Packing(beginning: file.beginning(Packing.length)) == nil else {
            throw TrailUnreadable("is packed, and cannot be followed")
        }
        if !isFirst {
            try endPrevious(take)
            previous = current
            take(.remark("\(path): following the new file"))
        }
        current = Opened(file: file, position: isFirst && !isMissed ? try skip(in: file) : 0)
        isFirst = false
        isMissed = false
    }

    /// Where reading begins.
    private func skip(in file: OpenFile) throws(TrailUnreadable) -> Int {
        guard case .last(let count) = start, case let size = Int(file.status.st_size), size > count else { return 0 }
        // One byte earlier, so that a line that begins there is whole.
        lseek(file.descriptor, size - count - 1, SEEK_SET)
        var position = size - count - 1
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 1)
        defer { buffer.deallocate() }
        while position < size, case let read = try file.read(into: buffer), read > 0 {
            if let end = buffer[..<read].firstIndex(of: UInt8(ascii: "\n")) {
                position += end + 1
                break
            }
            position += read
        }
        lseek(file.descriptor, position, SEEK_SET)
        return position
    }

    private mutating func endPrevious(_ take: (Happening) -> Void) throws(TrailUnreadable) {
        try Self.drain(&previous, path, take)
        if previous?.splitter.isInLine == true { take(.cut) }
        previous = nil
    }

    private static func drain(
        _ opened: inout Opened?, _ path: String, _ take: (Happening) -> Void
    ) throws(TrailUnreadable) {
        guard opened != nil else { return }
        // What is there is changed in its place: a copy of what was begun of a line would cost as much as the line.
        if opened!.size < opened!.position {
            take(.remark("\(path): was made shorter; reading it from its beginning"))
            if opened!.splitter.finish() != nil { take(.cut) }
            lseek(opened!.file.descriptor, 0, SEEK_SET)
            opened!.position = 0
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 1)
        defer { buffer.deallocate() }
        while case let count = try opened!.file.read(into: buffer), count > 0 {
            opened!.position += count
            opened!.splitter.split(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { line in
                take(.line(line.map { Array($0) }))
            }
        }
    }
}
