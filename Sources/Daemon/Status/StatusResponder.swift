// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Glibc
import Monitoring
import NIOCore
import NIOPosix

/// One connection of somebody who wants to know how the daemon is.
final class StatusResponder: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// From the connection to its end, whether or not the answer was taken.
    static let patience = TimeAmount.seconds(6)

    private let shared: SharedState
    private let desk: StatusDesk
    private var deadline: Scheduled<Void>?
    private var isCounted = false

    init(shared: SharedState, desk: StatusDesk) {
        self.shared = shared
        self.desk = desk
    }

    func channelActive(context: ChannelHandlerContext) {
        isCounted = true
        desk.came()
        let channel = context.channel
        // The mode of the socket says the same; a directory with an access control list may not.
        guard mayAsk(channel) else { return channel.close(promise: nil) }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: Self.patience) { channel.close(promise: nil) }
        shared.askStatus(on: context.eventLoop) { report in
            channel.writeAndFlush(ByteBuffer(string: report.encoded)).assumeIsolated().whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        if isCounted { desk.left() }
        isCounted = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    /// Root, and our own user.
    private func mayAsk(_ channel: any Channel) -> Bool {
        let peer = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
            shared.lookup.unixPeer(descriptor: $0)
        }
        return peer??.userID.map { [0, geteuid()].contains($0) } ?? false
    }
}
