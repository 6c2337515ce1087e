// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import FuzzProperties

/// libFuzzer's own loop, from its run-time library. `-parse-as-library` with libFuzzer's `main` does not link, since SwiftPM
/// renames the `main` of an executable.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ test: FuzzDriver.Test
) -> CInt

/// Joins a property to libFuzzer.
package enum FuzzDriver {
    package typealias Test = @convention(c) (_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt

    /// Gives the options of the command line to libFuzzer, which ends the process.
    package static func run(_ test: Test) {
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = runDriver(&count, &arguments, test)
    }

    /// A broken property traps, which libFuzzer reports with the input that did it.
    package static func test(_ target: FuzzTarget, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
        do {
            try target.check(Array(UnsafeBufferPointer(start: bytes, count: count)))
        } catch {
            fatalError("\(error)")
        }
        return 0
    }
}
