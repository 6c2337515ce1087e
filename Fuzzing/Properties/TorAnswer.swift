// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore

/// A reply of tor's that fits a command.
enum TorAnswer {
    /// - Parameter value: what there is to tell, where the reply tells something.
    static func to(_ command: Command, _ value: String) -> ByteBuffer {
        let words = command.arguments.split(separator: " ").map(String.init)
        let lines: [String]
        switch command.keyword {
        case .protocolInfo:
            lines = ["250-PROTOCOLINFO 1", "250-AUTH METHODS=\(value.isEmpty ? "NULL" : value)", "250 OK"]
        case .getInfo where value.hasPrefix("r "):
            lines = words.flatMap { ["250+\($0)=", value, "."] } + ["250 OK"]
        case .getInfo:
            lines = words.map { "250-\($0)=\(value)" } + ["250 OK"]
        case .getConf:
            let options = words.map { "\($0)=\(value)" }
            lines = options.dropLast().map { "250-" + $0 } + ["250 " + (options.last ?? "OK")]
        case .addOnion:
            lines = ["250-ServiceID=\(value)", "250 OK"]
        case .mapAddress:
            lines = words.dropLast().map { "250-\($0)" } + ["250 \(words.last ?? "OK")"]
        case .onionClientAuthView:
            lines = ["250-ONION_CLIENT_AUTH_VIEW \(value)", "250 OK"]
        default:
            lines = ["250 OK"]
        }
        return ByteBuffer(string: lines.joined(separator: "\r\n") + "\r\n")
    }
}
