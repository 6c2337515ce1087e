// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Testing
import TorLink

@testable import Diagnosis

@Suite("What procfs says")
struct ProcessTests {
    private static func status(_ extra: String = "") -> String {
        "Name:\tonion-sieve\nUid:\t0\t200\t200\t200\nGid:\t0\t200\t200\t200\nGroups:\t115 200 \nCapEff:\t0000000000080400\n"
            + "NoNewPrivs:\t1\nSeccomp:\t2\n\(extra)"
    }

    @Test("The daemon's user, groups, capabilities, sandbox, label and sockets")
    func daemon() {
        let other = OtherMachine()
        other.add("/proc/42/status", Self.status())
        other.add("/proc/42/attr/apparmor/current", "onion-sieve (enforce)\n")
        other.link("/proc/1/ns/mnt", to: "mnt:[1]")
        other.link("/proc/42/ns/mnt", to: "mnt:[2]")
        other.link("/proc/42/fd/7", to: "socket:[99]")
        other.link("/proc/42/fd/8", to: "/dev/null")
        let facts = other.look { DaemonFacts.read(42, of: $0).value }
        #expect(
            facts
                == DaemonFacts(
                    process: 42, user: 200, groups: [115, 200], capabilities: 1 << 10 | 1 << 19,
                    label: "onion-sieve (enforce)",
                    sockets: [99]))
    }

    @Test("A process that is gone or hidden is missing; one whose status is odd is no daemon")
    func gone() {
        let other = OtherMachine()
        other.add("/proc/43/status", "Name:\tx\n")
        if case .missing = other.look({ DaemonFacts.read(42, of: $0) }) {} else { Issue.record("not missing") }
        if case .failed = other.look({ DaemonFacts.read(43, of: $0) }) {} else { Issue.record("not failed") }
    }

    @Test("What cannot be seen of the sandbox is said, and is not fine")
    func unseen() {
        var facts = DaemonFacts(process: 42, user: 200)
        facts.hasOwnMounts = nil
        let findings = OtherMachine().look { DaemonCheck(.running(facts), in: "/run/onion-sieve", on: $0).findings() }
        #expect(findings.summary == ["daemon ok", "sandbox warning"])
        let hidden = OtherMachine().look {
            DaemonCheck(.unseen(42, "hidepid"), in: "/run/onion-sieve", on: $0).findings()
        }
        #expect(hidden.summary == ["daemon ok", "sandbox warning"])
    }

    @Test(
        "Every part of a sandbox that is missing is named",
        arguments: [
            (DaemonFacts(process: 1, user: 200, hasNoNewPrivileges: false), "NoNewPrivileges=yes"),
            (DaemonFacts(process: 1, user: 200, hasSystemCallFilter: false), "SystemCallFilter="),
            (DaemonFacts(process: 1, user: 200, capabilities: 1 << 21), "CapabilityBoundingSet="),
            (
                DaemonFacts(process: 1, user: 200, capabilities: 1 << 40),
                "CapabilityBoundingSet=~CAP_CHECKPOINT_RESTORE"
            ),
            (DaemonFacts(process: 1, user: 0, capabilities: 1 << 41 - 1), "CapabilityBoundingSet=~CAP_FSETID CAP_KILL"),
            (DaemonFacts(process: 1, user: 200, hasOwnMounts: false), "ProtectSystem="),
        ])
    func sandbox(facts: DaemonFacts, remedy: String) {
        let findings = OtherMachine().look { DaemonCheck(.running(facts), in: "/run/onion-sieve", on: $0).findings() }
        #expect(findings.summary == ["daemon ok", "sandbox warning"])
        #expect(findings.last?.remedy?.contains(remedy) == true)
    }

    @Test(
        "What the daemon can have a use for is never taken from it: tor's socket as root, owners of listeners, port 951"
    )
    func usableCapabilities() {
        let all = DaemonFacts(process: 1, user: 0, capabilities: 1 << 41 - 1)
        let remedy = OtherMachine().look { DaemonCheck(.running(all), in: "/run/x", on: $0).findings() }.last?.remedy
        for name in ["CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "NET_BIND_SERVICE", "SYS_PTRACE"] {
            #expect(remedy?.contains("CAP_\(name)") == false)
        }
        let used = DaemonFacts(process: 1, user: 0, capabilities: 1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 10 | 1 << 19)
        let findings = OtherMachine().look { DaemonCheck(.running(used), in: "/run/x", on: $0).findings() }
        #expect(findings.summary == ["daemon ok", "sandbox ok"])
    }

    @Test(
        "A process that is stopped answers nobody",
        arguments: [("T (stopped)", true), ("t (tracing stop)", true), ("S (sleeping)", false)])
    func stopped(state: String, isStopped: Bool) throws {
        let other = OtherMachine()
        other.add("/proc/42/status", Self.status("State:\t\(state)\n"))
        let facts = try #require(other.look { DaemonFacts.read(42, of: $0).value })
        let findings = other.look { DaemonCheck(.running(facts), in: "/run/x", on: $0).findings() }
        #expect(findings.summary.first == (isStopped ? "daemon error" : "daemon ok"))
        #expect(findings.first?.remedy == (isStopped ? "kill -CONT 42" : nil))
    }

    @Test("What root is not let see has no remedy of running it as root", arguments: [true, false])
    func deniedToRoot(isRoot: Bool) {
        let finding = Finding.unseen(.sandbox, "x", .denied, isRoot: isRoot)
        #expect((finding.remedy == nil) == isRoot)
        #expect(finding.text.contains("only root") != isRoot)
    }

    private static let tcp = """
          sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
           0: 0100007F:03B7 00000000:0000 0A 00000000:00000000 00:00000000 00000000   200        0 99 1 0000000000000000 100
           1: 00000000:235B 00000000:0000 0A 00000000:00000000 00:00000000 00000000   107        0 98 1 0000000000000000 100
           2: 0100007F:03B7 0100007F:9C40 01 00000000:00000000 00:00000000 00000000   200        0 97 1 0000000000000000 100

        """
    private static let unix = """
        Num       RefCount Protocol Flags    Type St Inode Path
        0000000000000000: 00000002 00000000 00010000 0001 01 96 /run/onion-sieve/control
        0000000000000000: 00000003 00000000 00000000 0001 03 95 /run/onion-sieve/control
        0000000000000000: 00000002 00000000 00010000 0001 01 94 @abstract
        """

    private func table(_ other: OtherMachine) -> SocketListing {
        other.add("/proc/net/tcp", Self.tcp)
        other.add("/proc/net/unix", Self.unix)
        return other.look { SocketListing(of: $0) }
    }

    @Test("Sockets that listen are told from connections and from abstract ones")
    func listening() {
        let table = table(OtherMachine())
        #expect(table.problem == nil)
        #expect(
            table.listeners.map(\.place.text) == ["127.0.0.1:951", "0.0.0.0:9051", "unix:/run/onion-sieve/control"])
        #expect(table.tcp(port: 951).map(\.inode) == [99])
        #expect(table.tcp(port: 9051).map(\.user) == [107])
    }

    @Test("Port 951: the daemon's, nobody's, or a named program's")
    func port() {
        let other = OtherMachine()
        let table = table(other)
        other.link("/proc/50/fd/3", to: "socket:[99]")
        other.add("/proc/50/cmdline", "/usr/bin/python3\0-u\0/usr/lib/onion-grater\0")
        func findings(_ daemon: DaemonFacts?) -> [Finding] {
            other.look { ListenersCheck(daemon, table, on: $0).findings() }.filter { $0.name == .port951 }
        }
        #expect(findings(DaemonFacts(process: 42, user: 200, sockets: [99, 96])).summary == ["port-951 ok"])
        let taken = findings(DaemonFacts(process: 42, user: 200, sockets: [96]))
        #expect(taken.summary == ["port-951 error"])
        #expect(taken.first?.remedy == "systemctl disable --now onion-grater")
    }

    @Test(
        "Port 951 of ::1 counts, too, and who has it is named in a word",
        arguments: [
            ("/usr/bin/python3\0-c\0import socket; s = 1\0", "python3"),
            ("/usr/bin/python3\0-m\0http.server\0", "python3"),
            ("/usr/bin/python3\0-u\0/usr/lib/onion-grater\0", "onion-grater"), ("nc: a title of its own\0", "short"),
            ("/bin/nc\0-l\0", "nc"), ("", "short"),
        ])
    func holder(command: String, name: String) {
        let other = OtherMachine()
        other.add("/proc/net/tcp", Self.tcp.split(separator: "\n").prefix(1).joined() + "\n")
        other.add(
            "/proc/net/tcp6",
            "head\n 0: 00000000000000000000000001000000:03B7 0:0 0A 0:0 00:00 0 0 0 77 1\n")
        other.add("/proc/net/unix", Self.unix)
        other.link("/proc/50/fd/3", to: "socket:[77]")
        other.add("/proc/50/cmdline", command)
        other.add("/proc/50/comm", "short\n")
        let finding = other.look { ListenersCheck(nil, SocketListing(of: $0), on: $0).findings() }.last
        #expect(finding?.severity == .error)
        #expect(finding?.text.hasPrefix("\(name) (process 50 of root) has [::1]:951") == true)
    }

    @Test(
        "Sockets are shown by the paths that they were given after they were bound",
        arguments: [
            ("/r/apps/one/.socket", "/r/apps/one/control"), ("/r/s5ctl.jxv49x", "/r/s5ctl"),
            ("/r/control", "/r/control"),
            ("/r/a.sock.zz", "/r/a.sock"), ("/r/with.name", "/r/with.name"),
        ])
    func renamed(bound: String, path: String) {
        let other = OtherMachine()
        other.add("/proc/net/tcp", Self.tcp)
        other.add("/proc/net/unix", "head\n0: 00000002 00000000 00010000 0001 01 96 \(bound)\n")
        let daemon = DaemonFacts(process: 42, user: 200, sockets: [96])
        func findings() -> [Finding] {
            other.look { ListenersCheck(daemon, SocketListing(of: $0), paths: ["/r/with.name"], on: $0).findings() }
                .filter { $0.name == .listeners }
        }
        other.addSocket(path)
        #expect(findings().map(\.text) == ["the daemon listens on unix:\(path)"])
        other.remove(path)
        #expect(findings().summary == ["listeners error"])
        other.add(path)
        #expect(findings().summary == ["listeners error"])
    }

    @Test(
        "A temporary name is known as that of one path only",
        arguments: [
            ("/r/ctl.1x", "/r/ctl", true), ("/r/ctl", "/r/ctl", true), ("/r/ctl.1X", "/r/ctl", false),
            ("/r/ctl.12345678", "/r/ctl", false), ("/r/ctl./x", "/r/ctl", false), ("/r/.socket", "/r/control", true),
            ("/r/.socket", "/r/x", false),
        ])
    func wasBound(bound: String, path: String, isSame: Bool) {
        #expect(SocketListing.wasBound(bound, for: path) == isSame)
    }

    @Test("A daemon whose sockets cannot be seen, and one without any, are not fine")
    func noListeners() {
        let other = OtherMachine()
        let table = table(other)
        for (sockets, summary) in [(nil, "listeners warning"), ([], "listeners error")] as [(Set<UInt64>?, String)] {
            let daemon = DaemonFacts(process: 42, user: 200, sockets: sockets)
            let findings = other.look { ListenersCheck(daemon, table, on: $0).findings() }
            #expect(findings.summary.first == summary)
        }
        let blind = OtherMachine().look { SocketListing(of: $0) }
        let findings = other.look { ListenersCheck(DaemonFacts(process: 42, user: 200), blind, on: $0).findings() }
        #expect(findings.summary == ["listeners warning", "port-951 warning"])
    }

    @Test("Our own listener is never taken for tor")
    func own() throws {
        let table = table(OtherMachine())
        let address = try TorAddress(parsing: "127.0.0.1:9051")
        #expect(table.isListening(DaemonFacts(process: 1, user: 0, sockets: [98]), at: address))
        #expect(!table.isListening(DaemonFacts(process: 1, user: 0, sockets: nil), at: address))
        #expect(table.isListening(DaemonFacts(process: 1, user: 107, sockets: nil), at: address))
    }
}
