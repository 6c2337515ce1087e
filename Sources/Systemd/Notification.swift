// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// One message to the service manager (sd_notify(3)): a line for each thing it says.
package struct Notification: Hashable, Sendable {
    package enum Assignment: Hashable, Sendable {
        case ready
        /// Microseconds of CLOCK_MONOTONIC at the start of the reload: the manager tells a new one from an old one by
        /// it.
        case reloading(atMicroseconds: UInt64)
        case stopping
        /// One line for people.
        case status(String)
        case watchdog
        case mainProcess(Int32)
    }

    package var assignments: [Assignment]

    package init(_ assignments: [Assignment]) {
        self.assignments = assignments
    }

    package var text: String { assignments.map(\.text).joined(separator: "\n") }
}

extension Notification.Assignment {
    /// A status is cut here; a message must fit a datagram.
    private static let longestStatus = 512

    fileprivate var text: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
        case .stopping: "STOPPING=1"
        case .status(let text): "STATUS=\(Self.oneLine(text))"
        case .watchdog: "WATCHDOG=1"
        case .mainProcess(let processID): "MAINPID=\(processID)"
        }
    }

    /// A line break would begin another assignment.
    private static func oneLine(_ text: String) -> String {
        let isControl = { (scalar: Unicode.Scalar) in scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) }
        let scalars = text.unicodeScalars.prefix(longestStatus).map { isControl($0) ? " " : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
