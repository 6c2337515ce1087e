// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ClientLookup
package import ControlProtocol
package import Logging
package import NIOCore
import NIOPosix
package import Policies

/// Tells whether a stream of tor's is a local client's own, by the socket that it comes from.
///
/// No answer is kept: the next stream from the same port may be somebody else's. It lives on the one event loop.
package final class StreamOwners {
    /// Questions of one client that wait for a thread. A browser opens some dozens of streams at once; beyond the bound a stream
    /// is nobody's.
    package static let mostWaiting = 256

    private struct Question {
        let client: Client
        let source: Endpoint
        let listeners: [Endpoint]
        let answer: EventLoopPromise<Bool>
    }

    private let lookup: ClientLookup
    private let logger: Logger
    /// For each client the question being looked into, and those behind it: one thread for each, so that no client keeps the
    /// others waiting.
    private var questions: [SessionLimits.Key: [Question]] = [:]
    /// One line for a run of failures: each stream would make another.
    private var hasWarned = false

    package init(lookup: ClientLookup, logger: Logger) {
        self.lookup = lookup
        self.logger = logger
    }

    /// Whether anybody's socket is connected from there to one of the listeners.
    func isConnected(from source: Endpoint, to listeners: [Endpoint]) -> Bool {
        take(Result { try lookup.isConnected(from: source, to: listeners) }, isLast: false)
    }

    /// False whenever it is not certain.
    ///
    /// - Parameters:
    ///   - source: the stream's SOURCE_ADDR.
    ///   - listeners: where tor listens for SOCKS clients.
    ///   - loop: the one event loop.
    package func isOwnStream(
        client: Client,
        source: Endpoint,
        listeners: [Endpoint],
        on loop: any EventLoop
    ) -> EventLoopFuture<Bool> {
        // One question to the kernel settles most: the streams of other users.
        let ofUser = take(
            Result { try lookup.isConnectionOfUser(from: source, to: listeners, of: client) }, isLast: false)
        guard ofUser, lookup.comparesLabels else { return loop.makeSucceededFuture(ofUser) }
        let key = SessionLimits.Key(client)
        let waiting = questions[key, default: []]
        guard waiting.count < Self.mostWaiting else {
            return loop.makeSucceededFuture(
                take(.failure(ClientLookup.Failure(reason: "too many streams of this user are being looked up")))
            )
        }
        let answer = loop.makePromise(of: Bool.self)
        questions[key] =
            waiting + [Question(client: client, source: source, listeners: listeners, answer: answer)]
        if waiting.isEmpty { ask(key, on: loop) }
        return answer.futureResult
    }

    /// Looks into the first question of a client's; the process is found by reading through `/proc`.
    private func ask(_ key: SessionLimits.Key, on loop: any EventLoop) {
        guard let question = questions[key]?.first else { return }
        let (client, source, listeners) = (question.client, question.source, question.listeners)
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [lookup] in
            try lookup.isOwnConnection(from: source, to: listeners, of: client)
        }.assumeIsolated().whenComplete { result in
            question.answer.succeed(self.take(result))
            self.questions[key]?.removeFirst()
            if self.questions[key]?.isEmpty == true { self.questions[key] = nil }
            self.ask(key, on: loop)
        }
    }

    /// - Parameter isLast: whether nothing more is asked about the stream.
    private func take(_ result: Result<Bool, any Error>, isLast: Bool = true) -> Bool {
        switch result {
        case .success(let isOwn):
            if isLast { hasWarned = false }
            return isOwn
        case .failure(let error):
            if !hasWarned {
                let reason = (error as? ClientLookup.Failure)?.reason ?? "\(error)"
                logger.warning("streams are not shown for want of their owner: \(reason)")
            }
            hasWarned = true
            return false
        }
    }
}
