// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

/// The lines of `answer`.
struct AnswerEntry: Sendable {
    var mark: Mark
    var lines: [WrittenText]
}
