// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension TrailRecord {
    /// The record in one line of printable ASCII, for a person, without its time. Names of profiles and files, and what the system
    /// says of a client, may be made of anything.
    package var line: String {
        let times = repeated > 1 ? " (\(repeated) times)" : ""
        return ((session.map { "session \($0): " } ?? "") + text + times).visible
    }

    private var text: String {
        switch kind {
        case .connected:
            "connected: \(clientText); \(profilesText)"
        case .rejected:
            "rejected: \(clientText)\(because)"
        case .command:
            "\(decision?.rawValue ?? "?"): \(asked)\(forwarded.map { " -> \($0)" } ?? "")\(decidedBy)"
        case .replyFiltered:
            "the reply to \(command ?? "?") was filtered\(because)"
        case .eventDropped:
            "an event \(name ?? "?") was dropped\(because)"
        case .torReady:
            "tor is ready\(versionText)"
        case .torLost:
            "the connection to tor was lost"
        case .torBack:
            "tor is back\(versionText)"
        case .torFailed:
            "tor is not available\(because)"
        case .disconnected:
            "disconnected\(because)"
        case .folded:
            "folded\(foldedText)\(because)"
        case .auditFailed:
            "records are missing here\(because)"
        case .reloaded:
            "\(isStart ? "started" : "reloaded"): \(profileCount ?? 0) \(profileCount == 1 ? "profile" : "profiles")"
                + (leftOut.isEmpty ? "" : "; left out: \(leftOut.joined(separator: ", "))")
        case .other(let name):
            "\(name.asLogValue)\(because)"
        }
    }

    private var because: String { reason.map { ": \($0)" } ?? "" }

    private var foldedText: String {
        guard let folded else { return "" }
        return ": \([folded.name.asLogValue, decision?.rawValue, command].compactMap(\.self).joined(separator: " "))"
    }

    private var versionText: String { version.map { ", version \($0)" } ?? "" }

    private var clientText: String { client?.text ?? "unknown client" }

    private var profilesText: String {
        profiles.isEmpty ? "no profile matches" : "profiles: \(profiles.joined(separator: ", "))"
    }

    /// The command as it was asked for. Only one with a body has a `+`; of what was not read the length alone is known.
    private var asked: String {
        let name = command ?? "?"
        let line = arguments.map { "\(name) \($0)" } ?? name
        return length.map { "\(line) (\($0) bytes\(name.hasPrefix("+") ? " of data" : ""))" } ?? line
    }

    private var decidedBy: String {
        switch (reason, rule) {
        case (let reason?, let rule?): " (\(reason): \(rule))"
        case (let text?, nil), (nil, let text?): " (\(text))"
        case (nil, nil): ""
        }
    }
}
