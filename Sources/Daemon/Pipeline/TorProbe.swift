// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Logging
import NIOCore
import Policies
import Sessions
import TorLink

/// One connection to tor on nobody's behalf: is it there, does it let us in, which version is it, and where does it listen?
final class TorProbe {
    enum Outcome {
        case failed(TorFailure)
        case ready
        /// Tor is there; what it says of its listeners, as far as it says anything.
        case listeners(GuardedTargets.Listeners)
        /// The question with tor's reply, refusal or not.
        case answered(TorQuestion)
    }

    /// What is asked once tor has let us in.
    enum Purpose {
        case greeting
        case listeners
        case question(TorQuestion)
    }

    private enum Stage {
        case authenticating(LinkStateMachine)
        case asking(ListenersQuery)
        case awaiting(TorQuestion)
        case done
    }

    /// Tor answers at once, or is not ready.
    private static let patience = TimeAmount.seconds(5)

    private let shared: SharedState
    private let loop: any EventLoop
    private let purpose: Purpose
    private let finish: (Outcome) -> Void
    private var stage = Stage.done
    private var framer = ReplyFramer()
    private var channel: (any Channel)?
    private var address: TorAddress?

    init(shared: SharedState, loop: any EventLoop, purpose: Purpose, finish: @escaping (Outcome) -> Void) {
        self.shared = shared
        self.loop = loop
        self.purpose = purpose
        self.finish = finish
    }

    func start() {
        let probe = NIOLoopBound(self, eventLoop: loop)
        shared.tor.connect(on: loop) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(TorProbeHandler(probe: probe.value))
            }
        }.assumeIsolated().whenSuccess { result in
            switch result {
            case .success((let channel, let address)): self.greet(channel, at: address)
            case .failure(let failure): self.finish(.failed(failure))
            }
        }
    }

    private func greet(_ channel: any Channel, at address: TorAddress) {
        self.channel = channel
        self.address = address
        loop.assumeIsolated().scheduleTask(in: Self.patience) {
            // It may have ended before there was anybody to be told.
            self.end(.failed(.timeout))
        }
        var machine = LinkStateMachine(configuration: shared.linkConfiguration(for: address), nonce: Nonce.make())
        let actions = machine.connected()
        stage = .authenticating(machine)
        perform(actions)
        if !channel.isActive { closed() }
    }

    func received(_ bytes: ByteBuffer) {
        framer.append(bytes)
        do throws(ProtocolViolation) {
            while let line = try framer.next() { try take(line) }
        } catch {
            switch stage {
            case .asking: endWithoutAnswer()
            // It is tor all the same; what it says is no answer.
            case .awaiting: end(.ready)
            case .authenticating, .done: end(.failed(.link(.unexpectedLine)))
            }
        }
    }

    func closed() {
        switch stage {
        case .authenticating(var machine): perform(machine.disconnected())
        case .asking, .awaiting: end(.failed(.link(.connectionClosed)))
        case .done: break
        }
    }

    private func take(_ line: TorLine) throws(ProtocolViolation) {
        switch stage {
        case .authenticating(var machine):
            let actions = machine.received(line)
            stage = .authenticating(machine)
            perform(actions)
        case .asking(var query):
            let isWhole = try query.accept(line)
            stage = .asking(query)
            guard isWhole else { return }
            if let listeners = query.listeners { end(.listeners(listeners)) } else { endWithoutAnswer() }
        case .awaiting(var question):
            let isWhole = try question.accept(line)
            stage = .awaiting(question)
            if isWhole { end(.answered(question)) }
        case .done:
            break
        }
    }

    private func perform(_ actions: [LinkStateMachine.Action]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                channel?.writeAndFlush(bytes, promise: nil)
            case .readCookie:
                guard case .authenticating(var machine) = stage else { return }
                let actions = machine.cookieRead(SecretFile.cookie(at: shared.configuration.torCookie))
                stage = .authenticating(machine)
                perform(actions)
            case .ready(let version):
                ask(version)
            case .failed(let failure):
                end(.failed(.link(failure)))
            }
        }
    }

    private func ask(_ version: TorVersion?) {
        if let address { shared.torFound(at: address, version: version) }
        var bytes = ByteBuffer()
        switch purpose {
        case .greeting:
            return end(.ready)
        case .listeners:
            stage = .asking(ListenersQuery())
            ListenersQuery.command?.encode(into: &bytes)
        case .question(let question):
            stage = .awaiting(question)
            question.command.encode(into: &bytes)
        }
        channel?.writeAndFlush(bytes, promise: nil)
    }

    /// Every tor since 0.2.2 knows the question. What stands in its place for a test, say, is guarded where tor usually listens.
    private func endWithoutAnswer() {
        shared.logger.warning(
            "tor does not say where it listens: the ports that are configured, and tor's usual ones, are guarded")
        end(.listeners(.usual))
    }

    private func end(_ outcome: Outcome) {
        if case .done = stage { return }
        if case .failed(.link) = outcome, let address { shared.tor.reject(address) }
        stage = .done
        channel?.close(promise: nil)
        finish(outcome)
    }
}

private final class TorProbeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let probe: TorProbe

    init(probe: TorProbe) { self.probe = probe }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { probe.received(unwrapInboundIn(data)) }

    func channelInactive(context: ChannelHandlerContext) { probe.closed() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
