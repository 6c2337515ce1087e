// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import YAML

extension ProfileDecoder {
    mutating func checkLimits(_ node: Node) {
        guard let entries = entries(of: node, as: LimitKey.self) else { return }
        for (key, entry) in entries { count(entry.value, "`\(key.rawValue)`") }
    }
}
