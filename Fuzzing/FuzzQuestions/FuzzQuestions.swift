// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import FuzzDriver
import FuzzProperties

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzDriver.test(.questions, bytes, count)
}

@main enum FuzzQuestions {
    static func main() { FuzzDriver.run(testOneInput) }
}
