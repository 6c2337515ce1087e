// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore
import NIOPosix

/// Joins each connection at one socket to one of its own at another, on one event loop, and looks at nothing: what is left of the daemon
/// if everything is taken away that it is for. How near the daemon comes to it says what its own code costs.
///
///     BenchmarkRelay SOCKET TOR
@main
enum BenchmarkRelay {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else { fatalError("usage: BenchmarkRelay SOCKET TOR") }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let tor = arguments[2]
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.recvAllocator, value: allocator)
            .childChannelInitializer { client in
                client.eventLoop.makeCompletedFuture {
                    let near = Passage()
                    try client.pipeline.syncOperations.addHandler(near)
                    let bound = NIOLoopBound(near, eventLoop: client.eventLoop)
                    ClientBootstrap(group: client.eventLoop)
                        .channelOption(.recvAllocator, value: allocator)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                let far = Passage()
                                far.other = client
                                bound.value.other = channel
                                try channel.pipeline.syncOperations.addHandler(far)
                            }
                        }
                        .connect(unixDomainSocketPath: tor)
                        .whenComplete { result in
                            switch result {
                            case .success:
                                client.setOption(.autoRead, value: true).whenFailure { _ in client.close(promise: nil) }
                            case .failure: client.close(promise: nil)
                            }
                        }
                }
            }
            .bind(unixDomainSocketPath: arguments[1]).get()
        try await listener.closeFuture.get()
    }

    /// As the daemon has it.
    private static let allocator = AdaptiveRecvByteBufferAllocator(minimum: 64, initial: 512, maximum: 65_536)

    /// What comes in at one end goes out at the other.
    private final class Passage: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        var other: (any Channel)?

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other?.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other?.close(promise: nil)
            other = nil
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
