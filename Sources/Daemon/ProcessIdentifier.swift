// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// The number of this process.
enum ProcessIdentifier {
    static let own: Int32 = getpid()
}
