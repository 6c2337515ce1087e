// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit

extension SampleTrail {
    private static let hour = 3600.0
    private static let day = 86_400.0

    private static let handshake = [
        Deed(decision: .answer, command: "PROTOCOLINFO", arguments: "1", reason: "answered by onion-sieve itself"),
        Deed(decision: .answer, command: "AUTHENTICATE", reason: "answered by onion-sieve itself"),
    ]

    private static func forward(_ command: String, _ arguments: String, _ profile: String, _ line: Int) -> Deed {
        Deed(
            decision: .forward, command: command, arguments: arguments,
            rule: "/etc/onion-grater.d/\(profile).yml:\(line):9")
    }

    private static func refuse(
        _ command: String, _ arguments: String?, _ reason: String = "no rule matches", times: UInt64 = 1
    ) -> Deed {
        Deed(decision: .filter, command: command, arguments: arguments, reason: reason, repeated: times)
    }

    private static let onionshare = Actor(
        client: local("amnesia", 1000, "/usr/bin/onionshare", label: "/usr/bin/onionshare"), profiles: ["onionshare"])
    private static let browser = Actor(
        client: local("amnesia", 1000, "/usr/local/lib/tor-browser/firefox.real", label: "torbrowser_firefox"),
        profiles: ["tor-browser"])
    private static let panel = Actor(
        client: local("amnesia", 1000, "/usr/bin/carml", label: "/usr/bin/carml"), profiles: ["newnym-only"])
    private static let bitcoin = Actor(
        client: local("bitcoin", 117, "/usr/bin/bitcoind", label: "bitcoind"), profiles: ["bitcoind", "status-only"])
    private static let circuits = Actor(
        client: local("amnesia", 1000, "/usr/bin/onioncircuits", label: "/usr/bin/onioncircuits"),
        profiles: ["onioncircuits"])
    private static let prober = Actor(client: local("guest", 1002, "/usr/bin/python3.13"))

    /// Eleven days of a machine: a browser, services, a monitor that is new, somebody who tries things out, an absence of tor, a start
    /// of the daemon, a disk that was full, and texts that were meant to do harm.
    static var week: SampleTrail {
        var trail = SampleTrail()
        // The trail begins in the middle of a session.
        trail.add(.command, at: 12) { record in
            (record.session, record.client, record.profiles) = (41, bitcoin.client, bitcoin.profiles)
            (record.decision, record.command, record.arguments) = (.forward, "GETINFO", "status/bootstrap-phase")
        }
        for day in 0..<11 {
            if day == 6 { trail.restart(at: 6 * Self.day + 7.5 * Self.hour) }
            trail.addDay(day)
        }
        trail.addProber()
        trail.addOutage()
        trail.addHarm()
        trail.addRemains()
        return trail
    }

    private mutating func addDay(_ day: Int) {
        let begin = Double(day) * Self.day
        let last = day == 10 ? 19 : 23
        for hour in 8..<last {
            let length = 4 + number(below: hour > 18 ? 30 : 14)
            let deeds = (0..<length).map { index in
                index.isMultiple(of: 3)
                    ? Self.forward("GETINFO", "circuit-status", "tor-browser", 21)
                    : Self.forward("GETINFO", "ns/id/0A1B2C3D4E5F60718293A4B5C6D7E8F901234567", "tor-browser", 24)
            }
            let extra = hour == 21 ? [Self.refuse("GETINFO", "ip-to-country/185.220.101.4")] : []
            let start = begin + (Double(hour) + 0.1) * Self.hour
            session(Self.browser, at: start, Self.handshake + deeds + extra)
        }
        if !day.isMultiple(of: 3) {
            let service = Deed(
                decision: .rewrite, command: "ADD_ONION", arguments: "NEW:ED25519-V3 Port=80,17600",
                rule: "/etc/onion-grater.d/onionshare.yml:31:9")
            let deeds = [
                Self.forward("GETINFO", "version", "onionshare", 12), service,
                Self.forward("SETEVENTS", "HS_DESC", "onionshare", 40),
                Self.refuse("GETINFO", "address"),
                Self.refuse("GETCONF", "hiddenservicesinglehopmode"),
            ]
            session(Self.onionshare, at: begin + 9.5 * Self.hour, Self.handshake + deeds)
            session(Self.onionshare, at: begin + 15.2 * Self.hour, Self.handshake + Array(deeds.prefix(3)))
        }
        for hour in stride(from: 0, to: last, by: 6) {
            session(
                Self.bitcoin, at: begin + (Double(hour) + 0.4) * Self.hour,
                Self.handshake + [
                    Self.forward("GETINFO", "net/listeners/socks", "bitcoind", 14),
                    Deed(
                        decision: .forward, command: "ADD_ONION",
                        arguments: "ED25519-V3:[secret] Port=8333,127.0.0.1:8334 PoWDefensesEnabled=1",
                        reason:
                            "complain mode; else: `onions` does not allow it: the parameter PoWDefensesEnabled is not listed",
                        rule: "/etc/onion-grater.d/bitcoind.yml:18:5", isComplaint: true),
                ])
        }
        session(
            Self.panel, at: begin + 20.6 * Self.hour,
            Self.handshake + [Self.forward("SIGNAL", "NEWNYM", "newnym-only", 9)])
        if day >= 8 {
            let deeds = [
                Self.forward("GETINFO", "stream-status", "onioncircuits", 15),
                Self.forward("SETEVENTS", "STREAM CIRC", "onioncircuits", 30),
                Self.refuse("CLOSECIRCUIT", "14", "it is about what is not the client's own"),
            ]
            session(Self.circuits, at: begin + 17 * Self.hour, Self.handshake + deeds)
        }
    }

    private mutating func addProber() {
        let begin = 9 * Self.day + 2.2 * Self.hour
        let keys = [
            "address", "config-file", "config-text", "circuit-status", "stream-status", "orconn-status", "entry-guards",
            "process/user", "process/pid", "onions/detached", "onions/current", "fingerprint", "ns/all", "dormant",
        ]
        let deeds =
            keys.map { Self.refuse("GETINFO", $0, "no profile matches") } + [
                Self.refuse("GETCONF", "HashedControlPassword", "no profile matches", times: 412),
                Self.refuse("SETCONF", "ControlPort=9051", "no profile matches"),
                Self.refuse("SETCONF", "CookieAuthFile=/home/guest/c", "no profile matches"),
                Self.refuse("SIGNAL", "SHUTDOWN", "no profile matches", times: 38),
                Self.refuse("ADD_ONION", "NEW:BEST Flags=Detach Port=22,22", "no profile matches"),
                Deed(decision: .filter, command: "?", reason: "it has no keyword", length: 17, repeated: 9),
            ]
        for hour in 0..<4 { session(Self.prober, at: begin + Double(hour) * Self.hour, Self.handshake + deeds) }
        add(.folded, at: begin + 4 * Self.hour) { record in
            (record.session, record.client) = (20, Self.prober.client)
            (record.folded, record.decision, record.repeated) = (.command, .filter, 18_204)
        }
        for minute in 0..<7 {
            add(.rejected, at: 4 * Self.day + 3 * Self.hour + Double(minute) * 60) { record in
                (record.session, record.client) = (900, Self.remote("10.152.152.23"))
                record.reason = "too many sessions of one client"
            }
        }
    }

    private mutating func addOutage() {
        let begin = 5 * Self.day + 14.6 * Self.hour
        for (number, actor) in [(UInt64(71), Self.browser), (72, Self.bitcoin)] {
            for (second, kind) in [(0.0, TrailRecord.Kind.torLost), (41, .torBack)] {
                add(kind, at: begin + second + Double(number) * 0.01) { record in
                    (record.session, record.client, record.profiles) = (number, actor.client, actor.profiles)
                }
            }
        }
        add(.torFailed, at: begin + 20) { record in
            (record.session, record.client, record.profiles) = (73, Self.panel.client, Self.panel.profiles)
            (record.reason, record.repeated) = ("nothing listens at unix:/run/tor/control", 3)
        }
        add(.auditFailed, at: 7 * Self.day + 11.3 * Self.hour) { record in
            (record.reason, record.repeated) = ("No space left on device", 57)
        }
        add(.reloaded, at: 8 * Self.day)
    }

    /// What a stranger might call himself, or ask for, to have it obeyed by whoever looks at the trail.
    private mutating func addHarm() {
        let texts = [
            "<script>document.title='owned'</script>", "\"><img src=x onerror=\"document.title='owned'\">",
            "javascript:document.title='owned'", "</style></svg><script>document.title='owned'</script>",
            "&lt;b&gt; &amp; &#x3c;i&#x3e;",
            "\u{202E}txt.exe\u{202C} \u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{0}\u{2028}",
            "Z\u{0301}\u{0302}\u{0303}\u{0304}\u{0305}\u{0306}\u{0307}algo", "' onmouseover='document.title=1' x='",
        ]
        var client = Self.local(texts[1], 1666, "/tmp/\(texts[0])", label: texts[3])
        client.unit = "user:\(texts[5])"
        session(
            Actor(client: client), at: 9 * Self.day + 7 * Self.hour,
            texts.map { Self.refuse("GETINFO", $0, "because \($0)") })
        session(
            Actor(
                client: Self.local("mallory", 1667, String(repeating: "/very/long", count: 1024)),
                profiles: [texts[0], texts[5]]),
            at: 9 * Self.day + 7.5 * Self.hour,
            [
                Self.refuse(
                    "MAPADDRESS", String(repeating: "1.2.3.4=very-long-name-without-any-blank.", count: 200), texts[2])
            ])
    }

    private mutating func addRemains() {
        for _ in 0..<3 { add(.foreign) }
        add(.later(schema: 2))
        add(.other("quarantined"), at: 10 * Self.day + 19 * Self.hour)
    }
}
