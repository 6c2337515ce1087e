// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What is to be asked of whoever listens, and for how long.
struct LoadPlan {
    enum Mode: String {
        /// The same command again and again on each connection.
        case commands
        /// Connections that are made, let in and left again.
        case connect
        /// Events, counted as they come, and asked for by the fake tor's words.
        case events
        /// Connections that do nothing.
        case idle
    }

    let mode: Mode
    let address: SocketAddress
    /// Connections at the same time.
    let clients: Int
    /// Commands of one connection that wait for their reply.
    let depth: Int
    /// What each connection says first, one after the other; each must be answered with 250.
    let prelude: [[UInt8]]
    let command: [UInt8]
    /// The status that each reply to it must have.
    let status: Int
    let warmUp: Nanoseconds
    /// How long is measured.
    let duration: Nanoseconds
    /// What ends the measuring earlier: replies, connections or events.
    let count: Int
    /// The process whose time on a processor is told.
    let watched: pid_t?
    /// When all is given up: connections that do not get ready, or a peer that has stopped.
    let bound: Nanoseconds

    init(_ arguments: inout Arguments) throws(Failure) {
        guard let mode = arguments.takeWord().flatMap(Mode.init) else {
            throw Failure("usage: BenchmarkPeers load commands|connect|events|idle --to ADDRESS ...")
        }
        guard let address = arguments.take("--to") else { throw Failure("--to is missing") }
        self.mode = mode
        self.address = try SocketAddress(address)
        clients = try arguments.take("--clients", default: 1)
        depth = try arguments.take("--depth", default: 1)
        status = try arguments.take("--status", default: 250)
        warmUp = Self.nanoseconds(try arguments.take("--warm-up", default: 0.2))
        duration = Self.nanoseconds(try arguments.take("--seconds", default: 1.0))
        count = try arguments.take("--count", default: Int.max)
        bound = Self.nanoseconds(try arguments.take("--bound", default: 60.0))
        watched = arguments.take("--watch").flatMap { pid_t($0) }
        let secret = arguments.take("--secret").map { " " + $0 } ?? ""
        let asks = arguments.take("--protocolinfo") == "yes"
        let more = arguments.takeAll("--say")
        let last = mode == .connect ? ["QUIT"] : []
        prelude = ((asks ? ["PROTOCOLINFO 1"] : []) + ["AUTHENTICATE\(secret)"] + more + last).map(Self.line)
        let usual = mode == .events ? "GETINFO status/bootstrap-phase" : "GETINFO version"
        command = Self.line(arguments.take("--command") ?? usual)
        guard clients > 0, depth > 0, count > 0 else { throw Failure("numbers must be positive") }
        if let user = arguments.take("--user") {
            guard let number = uid_t(user), setgid(number) == 0, setuid(number) == 0 else {
                throw .system("--user \(user)")
            }
        }
    }

    private static func nanoseconds(_ seconds: Double) -> Nanoseconds { Nanoseconds(seconds * 1e9) }

    private static func line(_ text: String) -> [UInt8] { Array((text + "\r\n").utf8) }
}
