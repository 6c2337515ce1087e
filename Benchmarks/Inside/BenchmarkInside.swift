// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// What the parts cost without sockets and processes.
///
///     BenchmarkInside measure              time and allocations of framing, decision, rewriting, records, loading and sessions
///     BenchmarkInside dearest DIRECTORY    the line of 64 KiB that takes longest under any one profile of a directory
///
/// Both print objects of JSON, one a line, and are run at the root of the package, where they find `profiles.d` and
/// `Benchmarks/Profiles`.
@main
enum BenchmarkInside {
    static func main() {
        do throws(Unmeasurable) {
            let arguments = CommandLine.arguments.dropFirst()
            switch (arguments.first, arguments.count) {
            case ("measure", 1):
                for measured in try everyMeasurement() {
                    print(measured.run().json)
                    fflush(nil)
                }
            case ("dearest", 2): print(try DearestLine(under: arguments.last ?? "").json)
            default: throw Unmeasurable("usage: BenchmarkInside measure | dearest DIRECTORY")
            }
        } catch {
            let message = Array("BenchmarkInside: \(error.reason)\n".utf8)
            _ = message.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            exit(2)
        }
    }

    private static func everyMeasurement() throws(Unmeasurable) -> [Measurement] {
        let plain = try Subject("plain")
        let rewriting = try Subject("rewriting")
        return framing() + decisions(plain) + replyRewriting(rewriting) + records(plain)
            + (try sessions(plain, rewriting))
            + (try loading())
    }
}
