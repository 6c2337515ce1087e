// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc
import NIOCore
import NIOPosix

/// The signals that the daemon acts on: SIGHUP to read its profiles again, SIGTERM and SIGINT to end.
///
/// The kernel's handler notes which came and makes a descriptor readable, so that nobody has to wake for them who has nothing to do.
/// Several of a kind that came before anybody looked are one.
struct CaughtSignals: Sendable {
    /// Has an element when signals may have come.
    let arrivals: AsyncStream<Void>

    /// From here on none of them ends the process.
    ///
    /// - Throws: ``Daemon/Failure``
    init(on group: any EventLoopGroup) async throws {
        let descriptor = clinux_catch_signals([SIGHUP, SIGTERM, SIGINT], 3)
        guard descriptor >= 0 else { throw Daemon.Failure(reason: "cannot handle signals: \(SystemText.last)") }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        arrivals = stream
        _ = try await NIOPipeBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(ArrivalHandler(continuation))
            }
        }.takingOwnershipOfDescriptor(input: descriptor).get()
    }

    /// What came since the last call.
    func take() -> (isHangup: Bool, isEnd: Bool) {
        let caught = clinux_take_signals()
        func came(_ number: Int32) -> Bool { caught & (1 << UInt64(number)) != 0 }
        return (came(SIGHUP), came(SIGTERM) || came(SIGINT))
    }
}

private final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let arrivals: AsyncStream<Void>.Continuation

    init(_ arrivals: AsyncStream<Void>.Continuation) { self.arrivals = arrivals }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrivals.yield() }
}
