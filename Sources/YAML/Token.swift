// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a stream holds besides comments, as libyaml's scanner cuts it: of no interest here but for where it is.
struct Token {
    let mark: Mark
    let end: Mark
    /// `|` or `>`, whose text begins on the line below.
    let isBlockScalar: Bool
}
