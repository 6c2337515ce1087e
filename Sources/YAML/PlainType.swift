// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What PyYAML's `safe_load` makes of a scalar: the Python filter reads the same profiles with it, and there an address
/// like `1:30` is a number.
package enum PlainType: Hashable, Sendable {
    case string
    case null
    case bool(Bool)
    case integer
    case float
    case timestamp
    /// `<<`, which PyYAML takes for a merge key and cannot make a value of.
    case merge
    /// `=`, which PyYAML cannot make anything of.
    case value
}
