// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a line of a trail turned out to be.
package enum TrailLine: Hashable, Sendable {
    case record(TrailRecord)
    /// Of a schema that this version does not know, so that nothing is guessed.
    case later(schema: UInt64)
    /// No record of ours: another program's line, or one that was cut.
    case foreign
}

extension TrailLine {
    /// - Parameter bytes: a line of a file, without its end or with it.
    package init(_ bytes: UnsafeRawBufferPointer) {
        self = JSONDocument(bytes)?.withRoot { $0.isObject ? Self(JSONFields(object: $0)) : .foreign } ?? .foreign
    }

    package init(_ bytes: some Collection<UInt8>) {
        self = Array(bytes).withUnsafeBytes { Self($0) }
    }

    init(_ source: some RecordSource) {
        do throws(NoRecord) {
            switch try source.number("schema") {
            case AuditRecord.schema?: self = .record(try TrailRecord(source))
            case let schema? where schema > AuditRecord.schema: self = .later(schema: schema)
            default: self = .foreign
            }
        } catch {
            self = .foreign
        }
    }
}
