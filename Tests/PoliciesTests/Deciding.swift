// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies

import struct NIOCore.ByteBuffer

extension Client {
    static let remote = Client(transport: .remote(ip("10.152.152.11"), port: 40_000))
    static let local = Client(transport: .unix(socket: nil), user: Account(id: 1000, name: "amnesia"))
}

extension SessionFacts {
    /// A workstation's client, with the ports of a usual gateway guarded.
    static let remote = facts(of: .remote)

    static func facts(of client: Client) -> SessionFacts {
        SessionFacts(
            client: client,
            serverAddress: ip("10.152.152.10"),
            serverPort: 9052,
            guarded: GuardedTargets(
                controlPorts: [951, 9051],
                torListeners: .init(control: [9151], proxies: [5353, 9050]),
                localAddresses: [ip("10.152.152.10"), ip("fd00::10")]
            )
        )
    }
}

/// The command that the framer reads from one line as a client sends it.
func command(_ line: String, body: [String]? = nil) -> Command {
    var framer = CommandFramer()
    framer.append(ByteBuffer(string: line + "\r\n"))
    if let body { framer.append(ByteBuffer(string: (body + [".", ""]).joined(separator: "\r\n"))) }
    guard case .command(let command) = framer.next() else { preconditionFailure(line) }
    return command
}

extension Verdict {
    /// A verdict as one line of a table: `> ` and what is sent, with the cuts of its keys in braces, `= ` and what is answered,
    /// `! ` and why it is filtered.
    var summary: String {
        switch decision {
        case .forward(let command, let plan): "> " + command.line + Self.summary(of: plan.cuts)
        case .answer(let reply): "= " + reply.lines.map { String(buffer: $0.bytes) }.joined(separator: " / ")
        case .filter: "! " + reason.text
        }
    }

    private static func summary(of cuts: [OwnershipCut?]) -> String {
        guard cuts.contains(where: { $0 != nil }) else { return "" }
        return " {" + cuts.map { $0.map { "\($0)" } ?? "-" }.joined(separator: " ") + "}"
    }

    var plan: ReplyPlan? {
        if case .forward(_, let plan) = decision { plan } else { nil }
    }

    var sent: Command? {
        if case .forward(let command, _) = decision { command } else { nil }
    }
}

extension Policy {
    func outcome(_ line: String, facts: SessionFacts = .remote) -> String {
        decide(command(line), facts: facts).summary
    }
}

let notOwn = "! it is about what is not the client's own"
let noRule = "! no rule matches"
let denied = "! a deny rule matches"
let unreadable = "! its arguments cannot be read for certain"
