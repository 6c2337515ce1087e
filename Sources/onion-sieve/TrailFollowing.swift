// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import Glibc
import Profiles
import TrailSources

/// Shows records as they are written, until somebody ends it.
struct TrailFollowing {
    let console: Console
    let filter: TrailFilter
    let isJSON: Bool

    /// Records that are there already and are shown first, unless a time is given.
    private static let mostBefore = 10
    /// Bytes at the end of a file in which these are looked for.
    private static let bytesBefore = 1 << 20

    /// Never returns while one of the files can be followed.
    func follow(_ paths: [String]) throws(TrailUnreadable) {
        let start: FollowedFile.Start = filter.since == nil ? .last(Self.bytesBefore) : .beginning
        var files = paths.map { FollowedFile(path: $0, start: start) }
        let watch = DirectoryWatch(of: paths)
        var before: [TrailRecord] = []
        for index in files.indices {
            try poll(&files[index]) { record in
                guard filter.since == nil else { return show(record) }
                before.append(record)
                if before.count > Self.mostBefore { before.removeFirst() }
            }
        }
        for record in before { show(record) }
        while true {
            watch.wait()
            for index in files.indices { try poll(&files[index], show) }
        }
    }

    private func poll(_ file: inout FollowedFile, _ take: (TrailRecord) -> Void) throws(TrailUnreadable) {
        do throws(TrailUnreadable) {
            try file.poll { happening in
                switch happening {
                case .line(let line): self.take(line.map { TrailLine($0) } ?? .foreign, take)
                case .cut: break
                case .remark(let text): remark(text)
                }
            }
        } catch {
            throw TrailUnreadable("\(file.path): \(error.reason)")
        }
    }

    func followStandardInput() throws(TrailUnreadable) {
        try stream(try TrailPlace.standardInput.open()) { TrailLine($0) }
    }

    func follow(_ journal: JournalQuery) throws(TrailUnreadable) {
        var query = journal
        query.following = Self.mostBefore
        let source = try JournalSource(query)
        try stream(source) { bytes in
            switch JournalLine(bytes, trusting: query.trust) {
            case .trail(let line)?: return line
            case .untrusted(let sender)?:
                remark("the journal: left out a record that somebody else than the daemon sent: \(sender.text)")
                return nil
            case .other?, nil: return nil
            }
        }
    }

    private func stream(
        _ source: any ByteSource, _ parse: (UnsafeRawBufferPointer) -> TrailLine?
    ) throws(TrailUnreadable) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
        defer { buffer.deallocate() }
        var splitter = LineSplitter()
        while case let count = try source.read(into: buffer), count > 0 {
            splitter.split(UnsafeRawBufferPointer(rebasing: buffer[..<count])) { bytes in
                if let line = bytes.flatMap(parse) { take(line, show) }
            }
        }
        if case .line(let bytes)? = splitter.finish(), let line = bytes.withUnsafeBytes({ parse($0) }) {
            take(line, show)
        }
        try source.finish()
    }

    private func take(_ line: TrailLine, _ show: (TrailRecord) -> Void) {
        switch line {
        case .record(let record): if filter.takes(record) { show(record) }
        case .later(let schema): remark("a record of schema \(schema), which a later version of onion-sieve reads")
        case .foreign: break
        }
    }

    private func show(_ record: TrailRecord) {
        let shown = ShownRecord(record: record)
        if isJSON {
            console.print(shown.json, terminator: "")
        } else {
            console.print(shown.text(isColoured: console.isColoured))
        }
    }

    private func remark(_ text: String) { console.printError("onion-sieve: \(VisibleText.escaped(text))") }
}
