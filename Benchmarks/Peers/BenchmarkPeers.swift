// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What stands on both sides of the filter while it is measured: a load generator, and a tor that is made up.
///
///     BenchmarkPeers load commands|connect|events|idle --to ADDRESS [options]
///     BenchmarkPeers tor --listen ADDRESS [options]
///
/// An address is `unix:PATH` or `IPV4:PORT`. One thread and epoll each, bytes in buffers that are kept: what is measured shall be
/// what stands between the two.
@main
enum BenchmarkPeers {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        raiseDescriptorLimit()
        do throws(Failure) {
            var arguments = try Arguments(CommandLine.arguments.dropFirst())
            switch arguments.takeWord() {
            case "load":
                let plan = try LoadPlan(&arguments)
                try arguments.expectEnd()
                print(try LoadRun(plan).run().json)
            case "tor":
                let tor = try FakeTor(&arguments)
                try arguments.expectEnd()
                try tor.run()
            default:
                throw Failure("usage: BenchmarkPeers load|tor ...")
            }
        } catch {
            let message = Array("BenchmarkPeers: \(error.reason)\n".utf8)
            _ = message.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            exit(2)
        }
    }

    private static func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
