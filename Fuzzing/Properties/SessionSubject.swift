// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles

/// Whose session is fuzzed, and under which policy: one that has something of all that a profile can say.
struct SessionSubject {
    let policy: Policy
    let facts: SessionFacts
    let isComplaining: Bool

    /// - Parameter letter: what an input begins with.
    init(_ letter: UInt8?) {
        let client: Client
        switch letter {
        case UInt8(ascii: "l"): (client, isComplaining) = (Self.local, false)
        case UInt8(ascii: "w"): (client, isComplaining) = (Self.local, true)
        case UInt8(ascii: "n"): (client, isComplaining) = (Self.stranger, false)
        default: (client, isComplaining) = (Self.remote, false)
        }
        policy = Self.policySet.policy(for: client)
        facts = Self.facts(of: client)
    }

    /// What is wrong with the policy itself; empty, or nothing that is found means much.
    static var mistakes: [String] { loaded.diagnostics.map(\.description) }

    // MARK: Clients

    static let everyClient = [local, remote, stranger]

    static let local = Client(
        transport: .unix(socket: nil),
        user: Client.Account(id: 1000, name: "amnesia"),
        groups: [Client.Account(id: 1000, name: "amnesia")],
        executable: "/usr/bin/app",
        label: Client.SecurityLabel(name: "app", mode: "enforce"),
        unit: .system("app.service")
    )
    static let remote = Client(transport: .remote(.v4(0x0A98_980B), port: 40_000))
    private static let stranger = Client(transport: .remote(.v4(0xC000_0201), port: 40_001))

    static func facts(of client: Client) -> SessionFacts {
        SessionFacts(
            client: client,
            serverAddress: .v4(0x0A98_980A),
            serverPort: 9052,
            guarded: GuardedTargets(controlPorts: [951, 9051], localAddresses: [.v4(0x0A98_980A)])
        )
    }

    // MARK: The policy

    private static let policySet = loaded.policySet

    private static let loaded = ProfileLoader(isStrict: true).load([
        SourceFile(path: "fuzz.yml", name: "fuzz.yml", content: .bytes(Array(profile.utf8)))
    ])

    private static let profile = #"""
        - hosts: ['10.152.152.11']
          users: ['*']
          apparmor-profiles: ['*']
          commands:
            ADD_ONION:
              - pattern: '(NEW:BEST|NEW:ED25519-V3) Port=80,([0-9]+)'
                replacement: '{} Port=80,{client-address}:{}'
                response: [{pattern: '(250-ServiceID=).*', replacement: '{}rewritten'}]
              - 'NEW:.*'
            AUTHCHALLENGE: ['SAFECOOKIE [0-9A-Fa-f]*']
            DEL_ONION: ['[a-z2-7]{56}']
            GETINFO:
              - {deny: true, pattern: 'address'}
              - 'version'
              - 'onions/current'
              - 'version config-file'
              - {pattern: 'traffic/(?:read|written)', answer: ['250-traffic/read=0', '250 OK']}
              - {pattern: 'config-text', replacement: 'version'}
              - pattern: 'status/[a-z-]+'
                response: [{pattern: '(250.status/[a-z-]+=)(.*)', replacement: '{}<{}>'}]
              - pattern: 'ns/all'
                response: [{pattern: '250.ns/all=', replacement: '250+ns/all='}, {pattern: '(r .*)', replacement: '{}'}]
                else: drop
              - pattern: 'dormant'
                response: [{pattern: '250-dormant=1', replacement: '510 no reply to it'}]
            HSFETCH: ['[a-z2-7]{56}']
            MAPADDRESS: ['[^"]*']
            ONION_CLIENT_AUTH_VIEW: ['']
            SIGNAL: ['NEWNYM']
            '+HSPOST': ['.*']
          onions: {keys: [own], ports: [80], targets: [17600, 'unix:/run/app'], flags: [Detach], add-flags: [DiscardPK]}
          confs:
            SocksPort:
            HiddenServiceDir:
            HiddenServicePort:
            UseBridges: ['0', '1', '']
            Bridge: ['[^"]*']
          events:
            BW:
            CONF_CHANGED: {suppress: true}
            HS_DESC:
              response:
                - {pattern: '650 HS_DESC (UPLOADED?) ([a-z]*)(?: .*)?', replacement: '650 HS_DESC {} {}'}
              else: drop
            HS_DESC_CONTENT:
              response: [{pattern: 'secret.*', replacement: ''}]
            SIGNAL: {suppress: true}
            STATUS_CLIENT:

        """#

    /// Targets that `onions` names.
    static let places: Set<OnionTarget> = [.unix(path: "/run/app")]

    /// Whether `onions` lists the argument.
    private static func isListed(_ argument: String) -> Bool {
        ["Flags=DiscardPK", "Flags=Detach,DiscardPK", "Port=80,unix:/run/app"].contains(argument)
            || argument.hasPrefix("Port=80,") && argument.hasSuffix(":17600")
    }

    /// The keys, options, words and events that tor may be asked for under the policy; of complaining sessions any.
    static func mayLeave(_ sent: Command) -> Bool {
        let arguments = sent.arguments
        let words = arguments.split(separator: " ").map(String.init)
        switch sent.keyword {
        case .mapAddress: return sent.body == nil
        case .addOnion:
            return sent.body == nil && (arguments.hasPrefix("NEW:") || words.dropFirst().allSatisfy(isListed))
        case .delOnion, Keyword("HSFETCH"): return words == [arguments] && arguments.utf8.count == 56
        case .getInfo:
            if words == ["version", "config-file"] { return true }
            let keys = ["version", "onions/current", "ns/all", "dormant"]
            return words.allSatisfy { keys.contains($0) || $0.hasPrefix("status/") }
        case .getConf: return words.allSatisfy { ConfOption($0).map(Self.readable.contains) ?? false }
        case .setConf, .resetConf:
            guard let parsed = ConfAssignments(arguments: arguments) else { return false }
            return parsed.assignments.allSatisfy { Self.writable.contains($0.option) }
        case .setEvents: return words.allSatisfy { Self.deliverable.contains($0) }
        case .onionClientAuthView: return arguments.isEmpty
        case Keyword("SIGNAL"): return arguments == "NEWNYM"
        case Keyword("HSPOST"): return sent.body != nil
        default: return false
        }
    }

    /// Events that a client may be given; of complaining sessions any that is not suppressed.
    func mayDeliver(_ event: String) -> Bool {
        isComplaining ? !["CONF_CHANGED", "SIGNAL"].contains(event) : Self.deliverable.contains(event)
    }

    private static let deliverable: Set = ["BW", "HS_DESC", "HS_DESC_CONTENT", "STATUS_CLIENT"]
    private static let writable = Set(["UseBridges", "Bridge"].compactMap { ConfOption($0) })
    private static let readable = writable.union(
        ["SocksPort", "HiddenServiceDir", "HiddenServicePort"].compactMap { ConfOption($0) })
}
