// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Policies

/// What holds for any text of `/proc`: programs choose their names, and containers what their control groups are called.
enum ProcessProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        try checkStatus(input)
        try checkUnit(input)
        if let time = ProcessStatus.startTime(input) {
            let field = Array("\(time)".utf8)
            try require(input.contains(field), "a start time that does not stand there: \(time)")
        }
    }

    private static func checkStatus(_ input: [UInt8]) throws(Violation) {
        guard let status = ProcessStatus(input) else { return }
        for number in [status.effectiveUser, status.effectiveGroup] + status.supplementaryGroups.prefix(16) {
            try require(input.contains(Array("\(number)".utf8)), "an account that does not stand there: \(number)")
        }
        try require(status.supplementaryGroups.count <= 4096, "\(status.supplementaryGroups.count) groups")
        // A line more of the same name is a forgery, wherever it stands.
        let doubled = input + Array("\nUid:\t0\t0\t0\t0\n".utf8)
        try require(ProcessStatus(doubled) == nil, "of two lines for the user one counts")
    }

    private static func checkUnit(_ input: [UInt8]) throws(Violation) {
        guard let unit = ControlGroup.unit(input) else { return }
        let name: String
        switch unit {
        case .system(let text): name = text
        case .user(let text, let user):
            name = text
            try require(input.contains(Array("user@\(user).service/".utf8)), "a unit of a user's without its manager")
        }
        try require(input.contains(Array(name.utf8)), "a unit that does not stand there: \(name)")
        try require(!name.contains("/") && !name.hasSuffix(".slice") && name.contains("."), "no unit: \(name)")
        let other = Array("0::/other.service\n".utf8)
        let isOther = unit == .system("other.service")
        try require(ControlGroup.unit(other + input) == nil || isOther, "of two units one counts")
    }
}

extension [UInt8] {
    /// Whether the bytes stand somewhere in these, one after the other.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard let first = part.first else { return true }
        return indices.contains { self[$0] == first && self[$0...].starts(with: part) }
    }
}
