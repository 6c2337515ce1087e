// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol

@testable import Learning

/// Records as a daemon in complain mode writes them, a second after each other.
struct Trail {
    static let onionshare = {
        var client = AuditedClient(transport: .unix)
        (client.uid, client.user, client.pid) = (1000, "alice", 4711)
        (client.label, client.labelMode) = ("onionshare", "enforce")
        (client.executable, client.unit) = ("/usr/bin/python3.11", "session-2.scope")
        return client
    }()

    private(set) var records: [TrailRecord] = []
    private var time: Int64 = 1_795_287_600_000_000
    private var session: UInt64 = 0

    /// One session of a client.
    mutating func add(_ client: AuditedClient, _ lines: [String]) {
        session += 1
        records.append(record(.connected, client))
        for line in lines {
            var record = record(.command, client)
            let (name, rest) = Self.split(line)
            let redacted = Keyword(name.hasPrefix("+") ? String(name.dropFirst()) : name).flatMap {
                Command(keyword: $0, arguments: rest, body: name.hasPrefix("+") ? DataBlock(lines: ["x"]) : nil)
            }.map { RedactedCommand($0) }
            (record.command, record.arguments) = (redacted?.name ?? "?", redacted?.arguments)
            record.length = redacted?.byteCount.map(UInt64.init)
            (record.decision, record.isComplaint) = (.forward, true)
            records.append(record)
        }
        records.append(record(.disconnected, client))
    }

    /// A record with any text in it, as no daemon has written it.
    mutating func forge(_ client: AuditedClient, _ name: String, _ arguments: String?, repeated: UInt64 = 1) {
        session = max(session, 1)
        var record = record(.command, client)
        (record.command, record.arguments, record.repeated) = (name, arguments, repeated)
        records.append(record)
    }

    private mutating func record(_ kind: TrailRecord.Kind, _ client: AuditedClient) -> TrailRecord {
        time += 1_000_000
        var record = TrailRecord(time: Timestamp(microseconds: time), kind: kind)
        (record.session, record.client) = (session, client)
        return record
    }

    private static func split(_ line: String) -> (String, String) {
        guard let blank = line.firstIndex(of: " ") else { return (line, "") }
        return (String(line[..<blank]), String(line[line.index(after: blank)...]))
    }

    var lessons: Lessons {
        var lessons = Lessons()
        for record in records { lessons.take(record) }
        return lessons
    }

    static func suggestion(
        _ lines: [String],
        for client: AuditedClient = onionshare,
        answers: Bool = false
    ) throws -> Suggestion {
        var trail = Trail()
        trail.add(client, lines)
        return try trail.suggestion(answers: answers)
    }

    func suggestion(answers: Bool = false) throws -> Suggestion {
        var options = Suggestion.Options()
        options.answers = answers
        return try Suggestion(for: lessons.applications[0], options: options)
    }
}
