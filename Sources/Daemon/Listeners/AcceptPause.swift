// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import NIOCore

/// Stops accepting for a moment when there is nothing to accept with: clients wait in the kernel's queue, and nobody else notices.
///
/// NIO's own `AcceptBackoffHandler` delays reads that are asked for, but a listener that could accept nobody has its last one pending
/// still: it is ready for as long as a client waits, and the loop would turn without a rest.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let duration = TimeAmount.milliseconds(250)
    private var end: Scheduled<Void>?

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? IOError, SystemError(code: error.errnoCode).isExhaustion else {
            return context.fireErrorCaught(error)
        }
        guard end == nil else { return }
        setReading(context.channel, false)
        let channel = NIOLoopBound(context.channel, eventLoop: context.eventLoop)
        end = context.eventLoop.assumeIsolated().scheduleTask(in: Self.duration) {
            self.end = nil
            self.setReading(channel.value, true)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end?.cancel()
        end = nil
        context.fireChannelInactive()
    }

    private func setReading(_ listener: any Channel, _ isReading: Bool) {
        // It fails only for a listener that is closed.
        try? listener.syncOptions?.setOption(.autoRead, value: isReading)
    }
}
