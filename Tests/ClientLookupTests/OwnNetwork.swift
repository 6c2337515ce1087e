// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Runs the body on a thread that has a network namespace of its own, empty but for a loopback interface that is down
/// (network_namespaces(7)). Programs started from the body are in it, too; it goes with the thread.
func inOwnNetwork<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) throws -> Result {
    nonisolated(unsafe) var outcome: Swift.Result<Result, any Error> = .failure(NoNetworkOfItsOwn())
    let work = Unmanaged.passRetained(
        Work {
            outcome = Swift.Result { () throws -> Result in
                try unshareNetwork(); return try body()
            }
        }
    )
    var thread = pthread_t()
    let status = pthread_create(
        &thread, nil,
        { argument in
            let work = Unmanaged<Work>.fromOpaque(argument!).takeRetainedValue()
            try? work.body()
            return nil
        }, work.toOpaque())
    guard status == 0 else {
        work.release()
        throw NoNetworkOfItsOwn()
    }
    pthread_join(thread, nil)
    return try outcome.get()
}

struct NoNetworkOfItsOwn: Error {}

/// unshare(2), which the headers show only to GNU C.
private func unshareNetwork() throws {
    typealias Unshare = @convention(c) (Int32) -> Int32
    let newNetwork: Int32 = 0x4000_0000
    guard let symbol = dlsym(nil, "unshare"), unsafeBitCast(symbol, to: Unshare.self)(newNetwork) == 0 else {
        throw NoNetworkOfItsOwn()
    }
}

private final class Work {
    let body: () throws -> Void

    init(_ body: @escaping () throws -> Void) { self.body = body }
}
