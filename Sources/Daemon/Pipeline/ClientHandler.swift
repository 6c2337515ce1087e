// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
import Sessions

/// The client's end of a session: bytes and happenings go to the driver.
final class ClientHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Asks for the end: what was written goes out, the client is told that no more comes, and what it still sends is read and
    /// thrown away for a moment. A connection closed with bytes unread would be reset, and the last reply lost with it.
    struct Farewell: Sendable {
        /// For as long as a client needs to say what it was about to say.
        static let patience = TimeAmount.seconds(2)
    }

    private let driver: SessionDriver
    private var isLingering = false
    private var isGone = false
    /// What lingers no longer than the connection.
    private var clocks: [Scheduled<Void>] = []

    init(driver: SessionDriver) { self.driver = driver }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        driver.clientReceived(unwrapInboundIn(data).fitted)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        driver.readCompleted()
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !isLingering { driver.clientWritabilityChanged() }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard let event = event as? ChannelEvent, event == .inputClosed else {
            return context.fireUserInboundEventTriggered(event)
        }
        if isLingering {
            context.close(promise: nil)
        } else {
            driver.clientClosed()
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is Farewell else { return context.triggerUserOutboundEvent(event, promise: promise) }
        promise?.succeed()
        guard !isLingering else { return }
        isLingering = true
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        watch(bound, unread: .max)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer())).assumeIsolated().whenComplete { _ in
            let context = bound.value
            context.close(mode: .output, promise: nil)
            guard !self.isGone else { return }
            self.wait(context, Farewell.patience) { bound.value.close(promise: nil) }
            context.channel.setOption(.autoRead, value: true).assumeIsolated().whenFailure { _ in
                bound.value.close(promise: nil)
            }
        }
    }

    /// A client that reads nothing of what is still on its way is not waited for.
    private func watch(_ context: NIOLoopBound<ChannelHandlerContext>, unread: Int) {
        guard !isGone else { return }
        wait(context.value, TimeAmount(SessionTimer.stall.duration)) {
            let now = (try? context.value.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
            guard now > 0 else { return }
            guard now < unread else { return context.value.close(promise: nil) }
            self.watch(context, unread: now)
        }
    }

    private func wait(_ context: ChannelHandlerContext, _ time: TimeAmount, _ then: @escaping () -> Void) {
        clocks.append(context.eventLoop.assumeIsolated().scheduleTask(in: time, then))
    }

    func channelInactive(context: ChannelHandlerContext) {
        isGone = true
        for clock in clocks { clock.cancel() }
        clocks = []
        driver.clientLost()
        context.fireChannelInactive()
    }

    /// A connection that fails is over; the reason is the peer's, and nothing to tell anybody.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
