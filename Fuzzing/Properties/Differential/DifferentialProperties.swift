// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// Whatever a client sends under whatever policy, what leaves for tor is, read as tor reads it, nothing that the policy does not allow.
///
/// An input is what chooses the policy (``DrawnPolicy``), and what the client sends (``DifferentialInput``).
enum DifferentialProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        _ = try forwarded(input)
    }

    /// The names of the commands that have left.
    static func forwarded(_ input: [UInt8]) throws(Violation) -> [String] {
        let drawn = DrawnPolicy.draw(input)
        try require(drawn.mistakes.isEmpty, "a profile that was drawn has mistakes: \(drawn.mistakes)")
        let session = ForwardedBytes(
            of: DifferentialInput.clientBytes(input.dropFirst(DrawnPolicy.byteCount)), under: drawn)
        let stream = TorCommandStream(session.bytes)
        try require(stream.pendingBytes == 0, "tor waits for more of a command")
        // What the session asks first is its own.
        let own = stream.commands.prefix(max(0, stream.commands.count - session.forwardedCount))
        try require(
            stream.commands.count >= session.forwardedCount && own.allSatisfy(drawn.isOwnQuestion),
            "tor reads \(stream.commands.count) commands where \(session.forwardedCount) were sent: \(stream.commands)")
        let sent = stream.commands.dropFirst(own.count)
        for command in sent {
            if let objection = drawn.objection(to: command) {
                throw Violation(description: "\(objection), in \(command.name) \(TorBytes.text(command.arguments))")
            }
        }
        return sent.map(\.name)
    }
}
