// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// A tor that lets everybody in, and answers at once: all that came with one read, in one write.
///
/// `--big BYTES` is the length of `GETINFO ns/all`. With `--flood yes` whoever subscribes to HS_DESC is sent ``firstEvents`` at once, and
/// ``moreEvents`` for each `GETINFO status/bootstrap-phase`: a flood that the client asks for as it reads, since nothing else bounds
/// what waits for it, and who leaves much unread is closed.
final class FakeTor {
    static let eventsAtOnce = 256
    static let firstEvents = 8 * eventsAtOnce
    static let moreEvents = 4 * eventsAtOnce

    private let poller: Poller
    private let scratch = LineReader.Scratch()
    private let replies: FakeReplies
    private let isFlooding: Bool
    private var listeners: [Int32] = []
    /// By descriptor.
    private var sessions: [FakeSession?] = []
    private var accepted = 0

    init(_ arguments: inout Arguments) throws(Failure) {
        poller = try Poller()
        replies = FakeReplies(bigBytes: try arguments.take("--big", default: 1_000_000))
        isFlooding = arguments.take("--flood") == "yes"
        for place in arguments.takeAll("--listen") {
            let listener = try SocketAddress(place).listen()
            poller.add(listener, .reading, as: Int(listener))
            listeners.append(listener)
        }
        guard !listeners.isEmpty else { throw Failure("--listen is missing") }
    }

    /// Says that it listens, and serves until it is killed.
    func run() throws(Failure) {
        print("ready")
        fflush(nil)
        while true {
            poller.wait(-1) { number, ready in
                let descriptor = Int32(number)
                if listeners.contains(descriptor) {
                    acceptAll(descriptor)
                } else if let session = sessions[number] {
                    serve(session, ready)
                }
            }
        }
    }

    private func acceptAll(_ listener: Int32) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { return }
            _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
            SocketAddress.sendAtOnce(descriptor)
            accepted += 1
            let session = FakeSession(descriptor, number: accepted)
            while sessions.count <= Int(descriptor) { sessions.append(nil) }
            sessions[Int(descriptor)] = session
            poller.add(descriptor, .reading, as: Int(descriptor))
        }
    }

    private func serve(_ session: FakeSession, _ ready: Poller.Interest) {
        if ready.contains(.reading) {
            let outcome = session.input.read(from: session.descriptor, with: scratch) { line in
                replies.answer(line, session)
                return !session.isLeaving
            }
            if case .closed = outcome { return end(session) }
        }
        write(session)
    }

    private func write(_ session: FakeSession) {
        while true {
            if isFlooding, session.credit > 0, session.output.count == 0 {
                session.credit -= 1
                session.output.append(session.events)
            }
            switch session.output.flush(to: session.descriptor) {
            case .broken: return end(session)
            case .full: return watchWriting(session, true)
            case .empty:
                if session.isLeaving { return end(session) }
                guard isFlooding, session.credit > 0 else { return watchWriting(session, false) }
            }
        }
    }

    private func watchWriting(_ session: FakeSession, _ isWatched: Bool) {
        guard session.isWritingWatched != isWatched else { return }
        session.isWritingWatched = isWatched
        poller.change(session.descriptor, isWatched ? [.reading, .writing] : .reading, as: Int(session.descriptor))
    }

    private func end(_ session: FakeSession) {
        sessions[Int(session.descriptor)] = nil
        close(session.descriptor)
    }
}
