// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import YAML

/// One option under `confs`.
struct ConfEntry: Sendable {
    var option: ConfOption
    var mark: Mark
    /// Patterns of values; nil if the option may only be read.
    var values: [WrittenText]?
}
