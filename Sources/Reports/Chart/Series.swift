// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// The kinds of decisions that a chart tells apart: by where they stand and how they are drawn, not by colour alone.
enum Series: CaseIterable {
    case forward
    case rewrite
    case answer
    case complain
    case refused

    /// Those that stand above the line, from below.
    static let above: [Self] = [.forward, .rewrite, .answer, .complain]

    var name: String {
        switch self {
        case .forward: "forwarded"
        case .rewrite: "rewritten"
        case .answer: "answered here"
        case .complain: "passed by complain mode"
        case .refused: "refused"
        }
    }

    /// Over its column of a table.
    var heading: String {
        switch self {
        case .forward: "Forwarded"
        case .rewrite: "Rewritten"
        case .answer: "Answered here"
        case .complain: "By complain mode"
        case .refused: "Refused"
        }
    }

    /// How the legend says where and how it is drawn.
    var legend: String { self == .refused ? "refused (below the line)" : name }

    /// Its class in the style sheet.
    var style: String {
        switch self {
        case .forward: "forward"
        case .rewrite: "rewrite"
        case .answer: "answer"
        case .complain: "complain"
        case .refused: "refused"
        }
    }

    /// What passed by complain mode is counted as that, and not as forwarded or rewritten, too.
    func count(_ counts: DecisionCounts) -> UInt64 {
        let complaints = counts.complaints
        return switch self {
        case .forward: counts.forward - min(complaints, counts.forward)
        case .rewrite: counts.rewrite - min(complaints - min(complaints, counts.forward), counts.rewrite)
        case .answer: counts.answer
        case .complain: complaints
        case .refused: counts.filter
        }
    }
}
