// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The options of a GETCONF, split as tor splits them: at blanks. control-spec section 3.3.
package struct GetConf: Hashable, Sendable {
    package let options: [ConfOption]

    /// Nil if any word is no option's name, or is the beginning of one that tor would complete.
    package init?(arguments: String) {
        var options: [ConfOption] = []
        for word in arguments.words {
            guard let option = ConfOption(word), !option.isPrefix else { return nil }
            options.append(option)
        }
        self.options = options
    }
}

extension ConfOption {
    package var isKnown: Bool { standing == .known }

    package var isPrefix: Bool {
        if case .prefix = standing { true } else { false }
    }
}
