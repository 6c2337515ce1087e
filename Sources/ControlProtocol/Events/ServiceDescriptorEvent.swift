// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What happened to the descriptor of an onion service (control-spec section 4.1.25).
///
///     650 HS_DESC UPLOAD sp3xra…id UNKNOWN $AAAA…~one 7pQ2… HSDIR_INDEX=09…
///     650 HS_DESC FAILED sp3xra…id NO_AUTH $AAAA…~one 7pQ2… REASON=NOT_FOUND
package struct ServiceDescriptorEvent: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case requested = "REQUESTED"
        case received = "RECEIVED"
        case failed = "FAILED"
        case created = "CREATED"
        case upload = "UPLOAD"
        case uploaded = "UPLOADED"
    }

    package let action: Action
    package let service: ServiceID
    /// The directory as tor writes it; nil where the event names none.
    package let directory: String?

    /// Nil too for an action or an address that is not known: it is nobody's.
    ///
    /// - Parameter text: what stands behind `HS_DESC `.
    package init?(_ text: some StringProtocol) {
        let words = text.words
        guard words.count >= 3, let action = Action(rawValue: String(words[0])), let service = ServiceID(words[1])
        else {
            return nil
        }
        self.action = action
        self.service = service
        directory = words.count > 3 && words[3] != "UNKNOWN" ? String(words[3]) : nil
    }
}
