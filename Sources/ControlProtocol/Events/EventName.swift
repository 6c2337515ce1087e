// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of an asynchronous event, without regard to case, spelt in capitals (control-spec section 4.1).
package struct EventName: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    package init?(_ text: some StringProtocol) {
        guard let keyword = Keyword(text) else { return nil }
        name = keyword.name
    }

    private init(known name: String) { self.name = name }

    package var description: String { name }

    package static let circuit = EventName(known: "CIRC")
    package static let circuitMinor = EventName(known: "CIRC_MINOR")
    package static let serviceDescriptor = EventName(known: "HS_DESC")
    package static let serviceDescriptorContent = EventName(known: "HS_DESC_CONTENT")
    package static let stream = EventName(known: "STREAM")

    /// The events of tor 0.4.9.
    package static let known: Set<EventName> = Set(
        [
            "ADDRMAP", "BUILDTIMEOUT_SET", "BW", "CELL_STATS", "CIRC", "CIRC_BW", "CIRC_MINOR", "CLIENTS_SEEN",
            "CONF_CHANGED", "CONN_BW", "DEBUG", "DESCCHANGED", "ERR", "GUARD", "HS_DESC", "HS_DESC_CONTENT", "INFO",
            "NETWORK_LIVENESS", "NEWCONSENSUS", "NEWDESC", "NOTICE", "NS", "ORCONN", "SIGNAL", "STATUS_CLIENT",
            "STATUS_GENERAL", "STATUS_SERVER", "STREAM", "STREAM_BW", "TRANSPORT_LAUNCHED", "WARN",
        ].map(EventName.init(known:))
    )

    /// Names that SETEVENTS still takes and that mean nothing any more.
    package static let retired: Set<EventName> = Set(["EXTENDED", "AUTHDIR_NEWDESCS"].map(EventName.init(known:)))
}
