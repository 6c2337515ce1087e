// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Entries of the journal, a line of JSON each, as journalctl prints them.
package final class JournalSource: ByteSource {
    private let program: ChildProcess
    private var isEmpty = true
    /// What journalctl had to say although it did its work, such as that the reader may not see everything.
    package private(set) var remark: String?

    package init(_ query: JournalQuery) throws(TrailUnreadable) {
        program = try ChildProcess("journalctl", query.arguments, input: nil)
        if query.following != nil { program.endWithUs() }
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(TrailUnreadable) -> Int {
        let count = try program.output.read(into: buffer)
        if count > 0 { isEmpty = false }
        return count
    }

    package func finish() throws(TrailUnreadable) {
        let status = program.wait()
        let messages = program.messages
        // Nothing was found, which some versions say, and some by their status.
        if isEmpty, messages.isEmpty || messages == "-- No entries --", status == 0 || status == 1 { return }
        guard status == 0, !isEmpty || messages.isEmpty else {
            throw TrailUnreadable("journalctl failed: \(messages.isEmpty ? "it ended early" : messages)")
        }
        remark = messages.isEmpty ? nil : messages
    }
}
