// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore

/// Tor's end of a session: bytes and happenings go to the driver.
final class TorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let driver: SessionDriver
    private let attempt: Int

    init(driver: SessionDriver, attempt: Int) {
        self.driver = driver
        self.attempt = attempt
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        driver.torReceived(unwrapInboundIn(data).fitted, attempt: attempt)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        driver.readCompleted()
        context.fireChannelReadComplete()
    }

    func channelInactive(context: ChannelHandlerContext) {
        driver.torClosed(attempt: attempt)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
