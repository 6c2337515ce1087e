// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a client sends, from the bytes of an input: those above 0x7F stand for what stands in commands, so that a byte that a
/// fuzzer puts in or takes out is a word of the grammar, and all others for themselves.
enum DifferentialInput {
    static func clientBytes(_ input: some Sequence<UInt8>) -> [UInt8] {
        input.flatMap { $0 < 0x80 ? [$0] : pieces[Int($0) - 0x80] }
    }

    /// Exactly as many as there are bytes for them; those behind the last begin again with the first.
    private static let pieces: [[UInt8]] = {
        let bytes = words.map { Array($0.utf8) } + [[0x80], [0xFF], [0xC3, 0xA9]]
        return (0..<128).map { bytes[$0 % bytes.count] }
    }()

    private static let service = String(repeating: "a", count: 55) + "d"
    private static let serviceKey = "ED25519-V3:" + String(repeating: "QUJD", count: 28) + "QQ=="

    private static let words = [
        "\r\n", "GETINFO ", "GETCONF ", "SETCONF ", "RESETCONF ", "SETEVENTS ", "ADD_ONION ", "DEL_ONION ", "SIGNAL ",
        "MAPADDRESS ", "HSFETCH ", "CLOSECIRCUIT ", "+HSPOST", "+LOADCONF", "\r\n.\r\n", "\n.\n", "version",
        "address", "traffic/read", "status/", "bootstrap-phase", "config/", "onions/current", "net/listeners/socks",
        "ns/id/", "00FF", "config-text", "ip-to-country/", "1.2.3.4", "md/all", "circuit-status", "stream-status",
        "entry-guards", "orconn-status", "UseBridges", "Bridge", "bridge", "SocksPort", "ContactInfo", "NumCPU",
        "NumCPUs", "ExitNodes", "StrictNode", "StrictNodes", "HiddenServicePort", "HiddenServiceDir", "UseBridge",
        "Contact", "ORPort", "__SocksPort", "BW", "STREAM", "CIRC", "HS_DESC", "CONF_CHANGED", "STATUS_CLIENT",
        "NOTICE", "EXTENDED", "NEWNYM", "newnym", "NEW:BEST", "NEW:ED25519-V3", serviceKey, " Port=80", " Port=",
        "17600", "8000", ",127.0.0.1:", "9051", ",unix:/run/app", ",[::1]:", ",10.152.152.11:", " Flags=", "Detach",
        "DiscardPK", "V3Auth", " MaxStreams=1", " ClientAuthV3=" + String(repeating: "a", count: 52), service, "=",
        "=\"", "\"", "\\\"", "\\\\", "\\n", "\\r\\n", "\\x0a", "\\012", "\\x00", "=1", "=0", " ", "  ", "\t",
        "\u{0B}", "\r", "\u{0C}", "\0", "'", ",", "+", "#", "0.0.0.0=a.onion", " .=b.onion", "a", "7",
    ]
}
