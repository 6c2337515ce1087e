// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// The name of an asynchronous event, without regard to case, spelt in capitals (control-spec section 4.1).
package struct EventName: Hashable, Sendable, CustomStringConvertible {
    @usableFromInline
    package let name: String

    @inlinable
    package init?(_ text: some StringProtocol) { self.init(Substring(text)) }

    @usableFromInline
    package init?(_ text: Substring) {
        guard let keyword = Keyword(text) else { return nil }
        name = keyword.name
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let keyword = Keyword(bytes) else { return nil }
        name = keyword.name
    }

    private init(known name: String) { self.name = name }

    package var description: String { name }

    // Written out, so that other modules compare names and do not call through the conformance.
    @inlinable
    package static func == (left: EventName, right: EventName) -> Bool { left.name == right.name }
    @inlinable
    package static func ~= (pattern: EventName, value: EventName) -> Bool { pattern.name == value.name }

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
