// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

extension Client {
    /// `unix uid=1000 user=amnesia label=/usr/bin/x exe=/usr/bin/x`, `tcp 127.0.0.1`, `remote 10.152.152.11`.
    init(described text: String) throws {
        let words = text.split(separator: " ")
        let values = Dictionary(
            words.compactMap { word -> (Substring, String)? in
                let parts = word.split(separator: "=", maxSplits: 1)
                return parts.count == 2 ? (parts[0], String(parts[1])) : nil
            },
            uniquingKeysWith: { first, _ in first }
        )
        let transport: Transport
        switch words.first {
        case "unix":
            transport = .unix(socket: nil)
        case "tcp", "remote":
            guard words.count > 1, let address = IPAddress(words[1]) else {
                throw TranscriptError(description: "no address: \(text)")
            }
            transport = words[0] == "tcp" ? .loopback(address, port: 40000) : .remote(address, port: 40000)
        default:
            throw TranscriptError(description: "no client: \(text)")
        }
        self.init(transport: transport)
        guard isLocal else { return }
        user = Account(id: values["uid"].flatMap { UInt32($0) } ?? 1000, name: values["user"] ?? "amnesia")
        processID = 4711
        executable = values["exe"]
        label = SecurityLabel(name: values["label"] ?? "unconfined", mode: values["label"].map { _ in "enforce" })
    }
}
