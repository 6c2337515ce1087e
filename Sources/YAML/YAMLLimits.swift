// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// How much a stream may ask for. Profiles are written by hand, or at most by a package; the largest that was seen has
/// 118 lines.
package enum YAMLLimits {
    /// Bytes of a stream: hundreds of times the largest profile, and read in a fraction of a second.
    package static let inputSize = 1 << 20

    /// Collections inside each other. Profiles have 7; the reader descends one frame of its stack for each.
    package static let depth = 32

    /// Nodes of a stream, each use of an alias counting as all that it stands for: otherwise a page of aliases of aliases
    /// would fill the memory.
    package static let nodes = 100_000

    /// Lines that begin with `%`, as directives do: libyaml compares each `%TAG` with all those before it, which for a
    /// stream full of them takes many seconds. Nobody needs more than `%YAML 1.1`.
    package static let directives = 8
}
