// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The arguments of HSFETCH (control-spec section 3.26).
///
///     C: HSFETCH sp3xra…id SERVER=$AAAA…~one
package struct FetchDescriptor: Hashable, Sendable {
    package let service: ServiceID
    /// How many answers there will be: one from each directory that is named, or one.
    package let answerCount: Int

    /// Nil for what is no address of a version 3 service.
    package init?(arguments: String) {
        guard let service = arguments.firstWord.flatMap({ ServiceID($0) }) else { return nil }
        self.service = service
        answerCount = max(1, arguments.wordCount - 1)
    }
}
