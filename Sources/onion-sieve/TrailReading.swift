// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Profiles
import TrailSources

/// Reads trails from their beginning to their end, as they are now, in constant memory.
struct TrailReading {
    /// What is read next, and its lines.
    enum Item {
        case file
        case line(TrailLine)
        /// Half a line at the end.
        case cut
    }

    private let console: Console
    private var bar: ProgressBar
    private var lines = 0
    private var done = 0
    private var size: Int?
    /// Entries of the journal that somebody else has sent, and who the last one was.
    private var untrusted = (count: 0, last: JournalSender())
    /// Whether all of everything was read.
    private(set) var isWhole = true

    /// Bytes that are read at once.
    private static let chunk = 1 << 18

    init(_ console: Console) {
        self.console = console
        bar = ProgressBar(console)
    }

    mutating func read(_ places: [TrailPlace], _ take: (Item) -> Void) {
        let sizes = places.map(\.size)
        size = sizes.contains(nil) ? nil : sizes.reduce(0) { $0 + ($1 ?? 0) }
        for (place, size) in zip(places, sizes) {
            do throws(TrailUnreadable) {
                take(.file)
                try read(try place.open(), { TrailLine($0) }, take)
            } catch {
                fail("\(place): \(error.reason)")
            }
            done += size ?? 0
        }
        bar.clear()
    }

    mutating func read(_ journal: JournalQuery, _ take: (Item) -> Void) {
        size = nil
        do throws(TrailUnreadable) {
            let source = try JournalSource(journal)
            take(.file)
            var others = untrusted
            let parse: (UnsafeRawBufferPointer) -> TrailLine? = { bytes in
                switch JournalLine(bytes, trusting: journal.trust) {
                case .trail(let line)?: return line
                case .untrusted(let sender)?:
                    others = (others.count + 1, sender)
                    return nil
                case .other?: return nil
                case nil: return .foreign
                }
            }
            defer { untrusted = others }
            try read(source, parse, take)
            if let remark = source.remark { warn("journalctl: \(remark)") }
        } catch {
            fail("the journal: \(error.reason)")
        }
        bar.clear()
        if untrusted.count > 0 {
            warn(
                "the journal: left out \(Counted.text(untrusted.count, "record")) that somebody else than the daemon sent, "
                    + "last \(untrusted.last.text)")
        }
    }

    private mutating func read(
        _ source: any ByteSource, _ parse: (UnsafeRawBufferPointer) -> TrailLine?, _ take: (Item) -> Void
    ) throws(TrailUnreadable) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 1)
        defer { buffer.deallocate() }
        var splitter = LineSplitter()
        var count = 0
        func takeLine(_ bytes: UnsafeRawBufferPointer?) {
            count += 1
            if let bytes {
                if let line = parse(bytes) { take(.line(line)) }
            } else {
                take(.line(.foreign))
            }
        }
        var read = 0
        // Half a line is the end of what was there, or of what cannot be read.
        func end() {
            switch splitter.finish() {
            case nil: return
            case .tooLong?: take(.line(.foreign))
            case .line(let bytes)?:
                // One that is whole but for its line feed is none the worse.
                switch bytes.withUnsafeBytes({ parse($0) }) {
                case .foreign?: take(.cut)
                case let line?: take(.line(line))
                case nil: return
                }
            }
        }
        do throws(TrailUnreadable) {
            while case let bytes = try source.read(into: buffer), bytes > 0 {
                splitter.split(UnsafeRawBufferPointer(rebasing: buffer[..<bytes]), takeLine)
                read += bytes
                bar.show(
                    position: done + (source.progress?.position ?? read), of: size, lines: lines + count)
            }
            if splitter.isInLine {
                source.extend()
                while splitter.isInLine, case let bytes = try source.read(into: buffer), bytes > 0 {
                    let piece = buffer[..<bytes]
                    let end = piece.firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes
                    splitter.split(UnsafeRawBufferPointer(rebasing: piece[..<end]), takeLine)
                }
            }
            end()
            lines += count
            try source.finish()
        } catch {
            end()
            throw error
        }
    }

    private mutating func fail(_ text: String) {
        isWhole = false
        bar.clear()
        console.printFailure(VisibleText.escaped(text))
    }

    private mutating func warn(_ text: String) {
        bar.clear()
        console.printError("onion-sieve: warning: \(VisibleText.escaped(text))")
    }
}
