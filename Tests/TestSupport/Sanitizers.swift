// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Whether a sanitizer watches this build (`scripts/test-sanitized`). It makes reading and writing memory many times as dear, some of it
/// more than other: what work costs is not looked at then, and where everything is tried otherwise a sample is.
package let isSanitized = getenv("SANITIZER") != nil

/// How much of something, or each how many-th: with a sanitizer, and otherwise.
package func sized(_ sanitized: Int, _ whole: Int) -> Int { isSanitized ? sanitized : whole }

/// What cases that are drawn begin with, from 0; a tenth of them with a sanitizer.
package func seeds(_ count: UInt64) -> Range<UInt64> { 0..<(isSanitized ? count / 10 : count) }
