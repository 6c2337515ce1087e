// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import NIOCore
import Reports

/// A record as `audit --follow` shows it: a line for a person, or one of JSON.
struct ShownRecord {
    let record: TrailRecord

    /// Bytes of a line that are shown at most, for whoever wrote the trail chose how long it is.
    private static let mostBytes = 2048
    private static let mostNameBytes = 40

    /// Printable ASCII, whatever the record holds.
    func text(isColoured: Bool) -> String {
        let line = Self.cut(record.line, to: Self.mostBytes)
        let painted = isColoured ? colour?.painting(line) ?? line : line
        return "\(record.time.text)  \(Self.cut(name, to: Self.mostNameBytes))  \(painted)"
    }

    /// Written anew from what was understood of it.
    var json: String {
        var buffer = ByteBuffer()
        JSONLine.write(record.fields, textLimit: .max, to: &buffer)
        return String(buffer: buffer)
    }

    /// Who it is about: the profiles, or else the client.
    private var name: String {
        if !record.profiles.isEmpty { return record.profiles.joined(separator: ",").visible }
        guard let client = record.client else { return "-" }
        let name = client.user ?? client.uid.map { "uid=\($0)" } ?? client.address ?? client.socket ?? "unknown"
        return "(\(name.visible))"
    }

    private var colour: Table.Colour? {
        switch record.kind {
        case .command:
            switch record.decision {
            case .filter: .red
            case .rewrite: .yellow
            case .forward: record.isComplaint ? .yellow : .green
            case .answer, nil: nil
            }
        case .torFailed, .auditFailed: .red
        case .rejected, .folded, .replyFiltered, .torLost: .yellow
        default: nil
        }
    }

    /// Of printable ASCII.
    private static func cut(_ text: String, to bytes: Int) -> String {
        text.utf8.count <= bytes ? text : "\(text.prefix(bytes))... (\(text.utf8.count) bytes)"
    }
}
