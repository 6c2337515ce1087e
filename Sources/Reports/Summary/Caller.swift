// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

/// What tells a client from others under the same profiles: the first of label, executable and unit that is known, with its user, and
/// the host or the socket that it comes by. What is different each time, as the number of its process, does not count.
package struct Caller: Hashable, Sendable {
    package enum Program: Hashable, Sendable {
        case label(String)
        case executable(String)
        /// What the kernel calls it, which proves nothing.
        case claimed(String)
        case unit(String)
        /// Those beyond ``TrailSummary/mostCallers``.
        case others
    }

    static let others = Caller(program: .others)

    package let program: Program?
    package let user: String?
    /// The address of another machine.
    package let host: String?
    /// The name of an application's own socket.
    package let socket: String?

    private init(program: Program) {
        self.program = program
        (user, host, socket) = (nil, nil, nil)
    }

    init(_ client: AuditedClient) {
        if let label = client.label, label != "unconfined" {
            program = .label(label)
        } else if let executable = client.executable {
            program = .executable(executable)
        } else if let claimed = client.claimedExecutable {
            program = .claimed(claimed)
        } else {
            program = client.unit.map { .unit($0) }
        }
        user = client.user ?? client.uid.map { "uid \($0)" }
        host = client.transport == .remote ? client.address : nil
        socket = client.socket
    }

    package var name: String {
        var parts: [String] = []
        switch program {
        case .label(let name)?: parts.append("label \(name)")
        case .executable(let path)?: parts.append(path)
        case .claimed(let path)?: parts.append("\(path) (unproved)")
        case .unit(let name)?: parts.append("unit \(name)")
        case .others?: parts.append("other clients")
        case nil: break
        }
        if let host { parts.append("host \(host)") }
        if let user { parts.append(parts.isEmpty ? "user \(user)" : "of \(user)") }
        if let socket { parts.append("at socket \(socket)") }
        return parts.isEmpty ? "unknown program" : parts.joined(separator: " ")
    }
}

extension AuditedClient {
    /// The client without what is different each time it comes, its texts cut.
    var lasting: Self {
        func cut(_ text: String?) -> String? { text.map { BoundedText.cut($0) } }
        var client = self
        client.pid = nil
        client.port = nil
        client.address = transport == .remote ? cut(address) : nil
        client.socket = cut(socket)
        client.user = cut(user)
        client.executable = cut(executable)
        client.claimedExecutable = cut(claimedExecutable)
        client.executableDoubt = cut(executableDoubt)
        client.label = cut(label)
        client.labelMode = cut(labelMode)
        client.unit = cut(unit)
        client.unitDoubt = cut(unitDoubt)
        return client
    }
}
