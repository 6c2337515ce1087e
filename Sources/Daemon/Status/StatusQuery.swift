// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
package import Monitoring
import SystemPackage

/// Asks a running daemon how it is.
package enum StatusQuery {
    package enum Failure: Error, Hashable, Sendable {
        /// No daemon runs with this directory.
        case notRunning
        /// It belongs to another user.
        case notPermitted
        /// One runs, and does not say.
        case noAnswer(String)
    }

    /// Longer than the daemon waits for tor.
    private static let patience = Duration.seconds(10)

    /// Where a daemon with this runtime directory answers.
    package static func socketPath(in runtime: String) -> String { "\(runtime)/status" }

    package static func ask(in directory: String) throws(Failure) -> StatusReport {
        let path = socketPath(in: directory)
        guard path.utf8.count <= UnixListenSocket.addressLimit else { throw .notRunning }
        let deadline = ContinuousClock.now + patience
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
        guard descriptor >= 0 else { throw .noAnswer("a socket cannot be made: \(SystemText.last)") }
        defer { close(descriptor) }
        try connect(descriptor, to: path, in: directory, until: deadline)
        let bytes = try read(descriptor, until: deadline)
        guard !bytes.isEmpty else { throw .noAnswer("it has closed the connection: it answers root and its own user") }
        guard let report = StatusReport(parsing: String(decoding: bytes, as: UTF8.self)) else {
            throw .noAnswer(
                "what it says is no answer of a version that this one knows: has it been restarted since the update?")
        }
        return report
    }

    private static func connect(
        _ descriptor: Int32, to path: String, in directory: String, until deadline: ContinuousClock.Instant
    ) throws(Failure) {
        while true {
            let result = UnixListenSocket.withAddress(of: path) { Glibc.connect(descriptor, $0, $1) }
            if result == 0 { return }
            switch errno {
            case EINTR: continue
            case ENOENT, ENOTDIR, ECONNREFUSED: throw failure(without: path, in: directory)
            case EACCES, EPERM: throw .notPermitted
            // As many as the kernel queues are waiting.
            case EAGAIN where ContinuousClock.now < deadline: usleep(20_000)
            case EAGAIN: throw .noAnswer("too many others are asking")
            default: throw .noAnswer("\(path): \(SystemText.last)")
            }
        }
    }

    /// There is no socket, or nobody listens at it.
    private static func failure(without path: String, in directory: String) -> Failure {
        do throws(RunningDaemon.Failure) {
            let daemon = try RunningDaemon(in: directory)
            return .noAnswer("process \(daemon.process) runs, but has no socket \(path): its log says why")
        } catch {
            return switch error {
            case .notRunning: .notRunning
            case .notPermitted: .notPermitted
            case .unreachable(let reason): .noAnswer(reason)
            }
        }
    }

    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var room = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < StatusReport.mostBytes {
            let left = (deadline - ContinuousClock.now) / .milliseconds(1)
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = left > 0 ? poll(&waiting, 1, Int32(left.rounded(.up))) : 0
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { throw .noAnswer("it does not answer within \(patience)") }
            let count = Glibc.read(descriptor, &room, room.count)
            if count < 0, [EINTR, EAGAIN].contains(errno) { continue }
            guard count >= 0 else { throw .noAnswer(SystemText.last) }
            guard count > 0 else { return bytes }
            bytes += room[..<count]
        }
        throw .noAnswer("it says more than \(StatusReport.mostBytes) bytes")
    }
}
