// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a running daemon says of the last time that it read its profiles: lines of a word, a blank and a text, in a file of its
/// runtime directory.
///
/// Loads are counted. Who has changed a file and then reads that load number 3 has begun knows that what number 4 says, and not
/// what 3 may still say, is true of the change.
package struct ReloadReport: Hashable, Sendable {
    /// Loads that have begun since the daemon was started.
    package var begun = 0
    /// The load that the rest is about; 0 before the first has ended.
    package var ended = 0
    /// One line for people.
    package var summary = ""
    package var directories: [String] = []
    /// Files that are not used for their mistakes, and directories that could not be listed.
    package var leftOut: [String] = []

    static let fileName = "reload"
    /// Bytes that are read of the file at most.
    static let sizeLimit = 1 << 20

    package init() {}

    /// A text with a line break in it is left out: none of ours has one.
    package var encoded: String {
        let lines =
            [("begun", "\(begun)"), ("ended", "\(ended)"), ("summary", summary)]
            + directories.map { ("directory", $0) } + leftOut.map { ("left-out", $0) }
        return lines.filter { !$0.1.utf8.contains(0x0A) }.map { "\($0.0) \($0.1)\n" }.joined()
    }

    /// Nil if the counts are missing. Words that are not known are passed over: another version may have written them.
    package init?(parsing text: String) {
        var counts: [String: Int] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            let value = parts.count == 2 ? parts[1] : ""
            switch parts.first {
            case "begun", "ended": counts[parts[0]] = Int(value)
            case "summary": summary = value
            case "directory": directories.append(value)
            case "left-out": leftOut.append(value)
            default: continue
            }
        }
        guard let begun = counts["begun"], let ended = counts["ended"] else { return nil }
        self.begun = begun
        self.ended = ended
    }
}
