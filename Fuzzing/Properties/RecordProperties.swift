// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import NIOCore
import Policies
import Sessions

/// What holds for the record of any command, whatever becomes of it: it is a line that is read as what was written, and does not tell
/// a secret, wherever in the command that stands.
///
/// The byte 0x01 stands for the secret: as long as a key in base64.
enum RecordProperties {
    private static let secret = "Zq7xT2mKp9LwVbN4cRfH8sJdY3gQaE6uXoW1iBtDy5k"
    private static let session = AuditedSession(number: 7, client: nil, profiles: ["a"])

    static func check(_ input: [UInt8]) throws(Violation) {
        var framer = CommandFramer()
        framer.append(ByteBuffer(bytes: input.flatMap { $0 == 1 ? Array(secret.utf8) : [$0] }))
        while let frame = framer.next() {
            switch frame {
            case .command(let command): try check(.command(command), mayShowPath: command.keyword == .addOnion)
            case .malformed(_, let keyword, let length):
                try check(.malformed(keyword: keyword, length: length), mayShowPath: false)
            case .tooLong: return
            }
        }
    }

    private static func check(_ subject: CommandObservation.Subject, mayShowPath: Bool) throws(Violation) {
        let observed = CommandObservation(subject: subject, outcome: .filter, reason: .noRule)
        let record = AuditRecord(session, .command(AuditedCommand(observed)))
        var buffer = ByteBuffer()
        JSONLine.write(record, at: Timestamp(microseconds: 0), to: &buffer)
        let line = String(buffer: buffer)
        // The path of a Unix socket is nothing that is kept from anybody.
        let isPath = mayShowPath && line.asciiLowercased.contains(",unix:/")
        try require(isPath || !line.contains(secret), "a secret is written: \(line)")
        try require(line.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A }, "a record that does not show")
        guard case .record = TrailLine(Array(line.utf8.dropLast())) else {
            throw Violation(description: "a record that is none when it is read: \(line)")
        }
    }
}
