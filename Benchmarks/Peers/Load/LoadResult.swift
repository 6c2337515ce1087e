// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What was counted, as one line of JSON.
struct LoadResult {
    /// Replies, connections or events within the time that was measured.
    var units = 0
    var seconds = 0.0
    /// From a command to its reply, or from connect(2) to the reply to QUIT, in nanoseconds.
    var latencies: [Nanoseconds] = []
    /// What the process that was watched has used of a processor meanwhile, in nanoseconds.
    var processor: Nanoseconds = 0
    /// Bytes that came, from the beginning.
    var bytes = 0
    /// Replies of another status than is asked for, and lines that are none.
    var unexpected = 0
    /// Connections that could not be made, or were closed by the other side.
    var failed = 0
    /// Connections that were let in.
    var ready = 0
    /// Whether the time was measured to its end.
    var isFinished = false
    /// The first thing that was not as it should be.
    var trouble: String?

    /// Numbers, and a text that is printable ASCII: nothing that JSON would have to be told apart from.
    var json: String {
        let sorted = latencies.sorted()
        func microseconds(_ part: Double) -> Double {
            guard !sorted.isEmpty else { return 0 }
            return Double(sorted[Int((Double(sorted.count - 1) * part).rounded())]) / 1000
        }
        let fields = [
            ("units", "\(units)"), ("seconds", "\(seconds)"),
            ("rate", "\(seconds > 0 ? Double(units) / seconds : 0)"), ("p50", "\(microseconds(0.5))"),
            ("p99", "\(microseconds(0.99))"), ("longest", "\(microseconds(1))"), ("bytes", "\(bytes)"),
            ("processor", "\(processor)"),
            ("unexpected", "\(unexpected)"), ("failed", "\(failed)"), ("ready", "\(ready)"),
            ("finished", "\(isFinished)"),
            ("trouble", "\"\((trouble ?? "").filter { $0.isASCII && $0 >= " " && $0 != "\"" && $0 != "\\" })\""),
        ]
        return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
