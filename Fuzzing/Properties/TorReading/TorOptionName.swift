// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

/// The option that tor takes a name for: config_expand_abbrev and config_mgr_find_var (src/lib/confmgt/confmgt.c) with the tables of
/// src/app/config/config.c. The names themselves are data, and come from the one list of them; how they are found does not.
enum TorOptionName {
    /// `option_abbrevs_`: what SETCONF and torrc expand before they look. Those with another spelling of the same word only.
    private static let abbreviations: [(short: String, full: String)] = [
        ("entrynode", "EntryNodes"), ("excludenode", "ExcludeNodes"), ("firewallport", "FirewallPorts"),
        ("longlivedport", "LongLivedPorts"), ("numcpu", "NumCPUs"), ("strictnode", "StrictNodes"),
        ("automaphostsuffixes", "AutomapHostsSuffixes"), ("automaphostonresolve", "AutomapHostsOnResolve"),
        ("bandwidthratebytes", "BandwidthRate"), ("bandwidthburstbytes", "BandwidthBurst"),
        ("dirserver", "DirAuthority"), ("maxconn", "ConnLimit"), ("maxmemincellqueues", "MaxMemInQueues"),
        ("usehelpernodes", "UseEntryGuards"), ("numhelpernodes", "NumEntryGuards"),
        ("useentrynodes", "UseEntryGuards"), ("numentrynodes", "NumEntryGuards"),
        ("resolvconf", "ServerDNSResolvConfFile"), ("searchdomains", "ServerDNSSearchDomains"),
        ("serverdnsallowbrokenresolvconf", "ServerDNSAllowBrokenConfig"),
        ("bridgeauthoritativedirectory", "BridgeAuthoritativeDir"), ("virtualaddrnetwork", "VirtualAddrNetworkIPv4"),
    ]

    /// The options in alphabetical order, as in tor's table: the first one is what the beginning of a name stands for.
    private static let names: [(lower: String, name: String)] = {
        let abbreviated = Set(abbreviations.map(\.short))
        return ConfOption.knownNames.filter { !abbreviated.contains($0) }
            .compactMap { lower in ConfOption(lower).map { (lower, $0.name) } }
    }()

    private static let byName = Dictionary(names.map { ($0.lower, $0.name) }) { first, _ in first }

    /// The full name; nil if tor says that it knows no such option.
    static func canonical(_ text: [UInt8]) -> String? {
        var asked = TorBytes.text(TorBytes.lowercased(text))
        if let full = abbreviations.first(where: { $0.short == asked })?.full {
            asked = TorBytes.text(TorBytes.lowercased(full.utf8))
        }
        guard !asked.isEmpty else { return nil }
        return byName[asked] ?? names.first { $0.lower.hasPrefix(asked) }?.name
    }
}
