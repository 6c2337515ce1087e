// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol
import Glibc
import Policies
import TestSupport
import Testing

@Suite(.serialized) struct TCPClientTests {
    private let lookup = ClientLookup()

    /// An address to listen on, one to connect to, and how the client appears.
    struct Route: Sendable, CustomTestStringConvertible {
        var listen: IPAddress
        var kind: String
        var target: IPAddress
        var source: IPAddress

        init(_ listen: String, _ kind: String, _ target: String, from source: String) {
            self.listen = IPAddress(listen)!
            self.kind = kind
            self.target = IPAddress(target)!
            self.source = IPAddress(source)!
        }

        var testDescription: String { "\(kind) to \(target) at \(listen)" }

        static let all = [
            Route("127.0.0.1", "v4", "127.0.0.1", from: "127.0.0.1"),
            Route("0.0.0.0", "v4", "127.0.0.7", from: "127.0.0.1"),
            Route("::1", "v6", "::1", from: "::1"),
            // Both ends may carry IPv4 in an IPv6 socket.
            Route("::", "v4", "127.0.0.1", from: "127.0.0.1"),
            Route("127.0.0.1", "v6", "::ffff:127.0.0.1", from: "127.0.0.1"),
            Route("::", "v6", "::ffff:127.0.0.1", from: "127.0.0.1"),
        ]
    }

    private func start(_ route: Route, _ listener: Listener, before: [String] = []) -> Child {
        ClientProgram.start([route.kind, "\(route.target)", "\(listener.port)"], before: before)
    }

    @Test(arguments: Route.all)
    func `a loopback client's process is found by its socket`(route: Route) throws {
        let listener = Listener(route.listen)
        let child = start(route, listener)
        let found = try lookup.tcpClient(of: listener.accept(), needs: .all)
        #expect(found.address == route.source)
        guard case .loopback = found.transport else {
            Issue.record("\(found.transport)")
            return
        }
        #expect(found.isLocal)
        #expect(found.user?.id == effectiveUser)
        #expect(found.processID == child.processID)
        #expect(found.executable == ClientProgram.perl)
        #expect(found.groups.first?.id == getegid())
    }

    @Test(.enabled(if: isRoot, "only root can start a program as somebody else"), arguments: Route.all)
    func `a loopback client of another user is that user's`(route: Route) throws {
        let listener = Listener(route.listen)
        let child = start(
            route,
            listener,
            before: ["/usr/bin/setpriv", "--reuid=1", "--regid=2", "--groups=2,20"]
        )
        let found = try lookup.tcpClient(of: listener.accept(), needs: .all)
        #expect(found.user == Client.Account(id: 1, name: "daemon"))
        #expect(found.groups.map(\.id) == [2, 20])
        #expect(found.processID == child.processID)
    }

    @Test func `without need for it no process is looked for`() throws {
        let listener = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        let found = try lookup.tcpClient(of: listener.accept(), needs: [])
        #expect(found.user?.id == effectiveUser)
        #expect(found.processID == nil)
        withExtendedLifetime(client) {}
    }

    @Test(.enabled(if: isRoot, "binding to an interface needs root on older kernels"))
    func `a client bound to the loopback interface is found`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener, before: ["/usr/bin/env", "BIND_DEVICE=lo"])
        let found = try lookup.tcpClient(of: listener.accept(), needs: .executable)
        #expect(found.processID == child.processID)
    }

    @Test(arguments: Route.all)
    func `a client that has closed is refused`(route: Route) throws {
        let listener = Listener(route.listen)
        let child = start(route, listener)
        let server = listener.accept()
        #expect(child.tell("close") == "done")
        let failure = #expect(throws: ClientLookup.Failure.self) {
            try lookup.tcpClient(of: server, needs: [])
        }
        #expect(failure?.reason.hasSuffix("has no owner any more") == true)
    }

    @Test func `a client that has reset its connection is refused`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener)
        let server = listener.accept()
        #expect(child.tell("reset") == "done")
        #expect(throws: ClientLookup.Failure(reason: "the connection is no longer there")) {
            try lookup.tcpClient(of: server, needs: [])
        }
    }

    @Test func `a client that has only ended its own direction is known`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener)
        let server = listener.accept()
        #expect(child.tell("shutdown") == "done")
        #expect(try lookup.tcpClient(of: server, needs: .executable).processID == child.processID)
    }

    @Test func `a listening socket in the client's place is not the client`() throws {
        let listener = Listener(.loopback)
        let other = Listener(.loopback)
        #expect(throws: ClientLookup.Failure.self) {
            try lookup.tcpClient(
                peer: .loopback,
                peerPort: other.port,
                local: .loopback,
                localPort: listener.port,
                needs: []
            )
        }
    }

    @Test(.enabled(if: isRoot, "only root can share a socket with somebody else"))
    func `a socket that processes of two users hold belongs to no process`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener)
        let server = listener.accept()
        #expect(child.tell("share 1") == "done")
        let found = try lookup.tcpClient(of: server, needs: .all)
        #expect(found.user?.id == 0)
        #expect(found.processID == nil)
        #expect(found.executable == nil)
        #expect(found.label == nil)
        #expect(found.groups.isEmpty)
    }

    @Test func `a socket that two programs hold belongs to no process`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener)
        let server = listener.accept()
        #expect(child.tell("exec /usr/bin/sleep") == "done")
        let found = try lookup.tcpClient(of: server, needs: .unit)
        #expect(found.processID == nil)
        #expect(found.unit == nil)
    }

    @Test func `a socket that processes of one kind hold is theirs`() throws {
        let listener = Listener(.loopback)
        let child = start(Route.all[0], listener)
        let server = listener.accept()
        #expect(child.tell("twin") == "done")
        let found = try lookup.tcpClient(of: server, needs: .executable)
        #expect(found.executable == ClientProgram.perl)
        #expect(found.processID == child.processID)
    }

    static let ownAddress = try? LocalAddresses.current().first { !$0.isLoopback && $0.bitCount == 32 }

    @Test(.enabled(if: ownAddress != nil, "this machine has no address but loopback"))
    func `a client from another of our addresses is not local`() throws {
        let own = try #require(Self.ownAddress)
        let listener = Listener(IPAddress("0.0.0.0")!)
        let client = listener.connect(to: own)
        let found = try lookup.tcpClient(of: listener.accept(), needs: .all)
        guard case .ownAddress(own, _) = found.transport else {
            Issue.record("\(found.transport)")
            return
        }
        #expect(!found.isLocal)
        #expect(found.user == nil)
        #expect(found.processID == nil)
        withExtendedLifetime(client) {}
    }

    @Test(.enabled(if: canChangeNetwork, "only root, with iproute2, can make a network of its own"))
    func `an address that only a local route makes ours is our own`() throws {
        let address = try #require(IPAddress("198.51.100.7"))
        let (found, addresses) = try inOwnNetwork { [lookup] in
            #expect(Child.run(ip, "link", "set", "lo", "up"))
            #expect(Child.run(ip, "route", "add", "local", "198.51.100.0/24", "dev", "lo"))
            let listener = Listener(IPAddress("0.0.0.0")!)
            let client = listener.connect(to: address)
            defer { withExtendedLifetime(client) {} }
            return (try lookup.tcpClient(of: listener.accept(), needs: []), try LocalAddresses.current())
        }
        #expect(!addresses.contains(address))
        guard case .ownAddress(address, _) = found.transport else {
            Issue.record("\(found.transport)")
            return
        }
    }

    @Test(arguments: ["192.0.2.77", "2001:db8::77", "::ffff:192.0.2.77"])
    func `anybody else is remote, by an address that is unmapped`(text: String) throws {
        let peer = try #require(IPAddress(text))
        let local = try #require(IPAddress(peer.unmapped.bitCount == 32 ? "192.0.2.78" : "2001:db8::78"))
        let found = try lookup.tcpClient(peer: peer, peerPort: 5, local: local, localPort: 951, needs: .all)
        #expect(found == Client(transport: .remote(peer.unmapped, port: 5)))
    }

    /// Makes a connection with itself in the network that it finds, and hands its server's side over.
    static let stranger = """
        import socket, sys
        server = socket.create_server(("127.0.0.1", 0))
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        out = socket.socket(socket.AF_UNIX)
        out.connect(sys.argv[1])
        socket.send_fds(out, [b"x"], [accepted.fileno()])
        sys.stdin.readline()
        """
    static let python = "/usr/bin/python3"

    @Test(.enabled(if: canChangeNetwork && access(python, X_OK) == 0, "needs a network namespace and Python"))
    func `a connection of another network namespace is refused`() throws {
        for (before, isRefused) in [("exec \"$@\"", false), ("ip link set lo up && exec \"$@\"", true)] {
            let directory = TemporaryDirectory(mode: 0o755)
            let listener = Listener(path: "\(directory.path)/s")
            let shell = ["/bin/sh", "-c", before, "sh", Self.python, "-c", Self.stranger, "\(directory.path)/s"]
            let child = Child(isRefused ? ["/usr/bin/unshare", "-n"] + shell : shell)
            let server = receiveDescriptor(over: listener.accept())
            if isRefused {
                let failure = #expect(throws: ClientLookup.Failure.self) {
                    try lookup.tcpClient(of: server, needs: [])
                }
                #expect(failure?.reason.contains("another network namespace") == true)
            } else {
                #expect(try lookup.tcpClient(of: server, needs: .executable).processID == child.processID)
            }
            withExtendedLifetime(child) {}
        }
    }

    // What follows is told of this process by a directory that only looks like /proc.

    private func find(_ proc: FakeProc, limits: LookupLimits = LookupLimits(), prepare: (UInt64) -> Void) throws
        -> Client
    {
        let listener = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        prepare(client.inode)
        defer { withExtendedLifetime(client) {} }
        return try ClientLookup(procPath: proc.path, limits: limits)
            .tcpClient(of: listener.accept(), needs: .all)
    }

    @Test func `the only holder of the socket is the client`() throws {
        let proc = FakeProc()
        let found = try find(proc) { proc.addProcess(getpid(), groups: "20", sockets: [$0]) }
        #expect(found.processID == getpid())
        #expect(found.unit == .system("fake.service"))
        #expect(found.executable == ClientProgram.perl)
        #expect(found.groups.map(\.id) == [7, 20])
    }

    @Test func `what all holders have in common is kept`() throws {
        let proc = FakeProc()
        let twin = Child(["/bin/cat"])
        let found = try find(proc) {
            proc.addProcess(getpid(), groups: "20 21", sockets: [$0])
            proc.addProcess(twin.processID, groups: "21", cgroup: "0::/system.slice/b.service\n", sockets: [5, $0])
        }
        #expect(found.executable == ClientProgram.perl)
        #expect(found.processID == min(getpid(), twin.processID))
        #expect(found.unit == nil)
        #expect(found.groups.map(\.id) == [7, 21])
    }

    struct OtherProcess: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var add: @Sendable (FakeProc, Int32, UInt64) -> Void
    }

    @Test(arguments: [
        OtherProcess(testDescription: "has another program") {
            $0.addProcess($1, executable: "/bin/sh", sockets: [$2])
        },
        OtherProcess(testDescription: "belongs to another user") {
            $0.addProcess($1, user: effectiveUser + 1, sockets: [$2])
        },
        OtherProcess(testDescription: "cannot be read") { proc, processID, _ in
            _ = symlink("/dev/null", "\(proc.path)/\(processID)")
        },
    ])
    func `no process is the client if another one holds the socket too, or may`(process: OtherProcess) throws {
        let proc = FakeProc()
        let other = Child(["/bin/cat"])
        let found = try find(proc) {
            proc.addProcess(getpid(), sockets: [$0])
            process.add(proc, other.processID, $0)
        }
        #expect(found.processID == nil)
        #expect(found.executable == nil)
        #expect(found.unit == nil)
        #expect(found.user?.id == effectiveUser)
    }

    /// A process whose files nobody can list.
    private func addClosedProcess(_ processID: Int32, user: UInt32, to proc: FakeProc) {
        proc.addProcess(processID, user: user)
        unlink("\(proc.path)/\(processID)/fd/0")
        rmdir("\(proc.path)/\(processID)/fd")
        symlink("/dev/null", "\(proc.path)/\(processID)/fd")
    }

    @Test(arguments: [(0, true), (1, false)] as [(UInt32, Bool)])
    func `only root's processes may be closed to us without being suspected`(user: UInt32, isFound: Bool) throws {
        let proc = FakeProc()
        let other = Child(["/bin/cat"])
        let found = try find(proc) {
            proc.addProcess(getpid(), sockets: [$0])
            addClosedProcess(other.processID, user: user, to: proc)
        }
        #expect(found.processID == (isFound ? getpid() : nil))
    }

    @Test func `a holder that has ended is no holder`() throws {
        let proc = FakeProc()
        // Nobody has this number: pid_max is at most 4,194,304.
        let found = try find(proc) {
            proc.addProcess(getpid(), sockets: [$0])
            mkdir("\(proc.path)/4999999", 0o755)
        }
        #expect(found.processID == getpid())
    }

    @Test func `a process that is replaced while it is looked at is unknown`() throws {
        let proc = FakeProc()
        let processID = getpid()
        let found = try find(proc) {
            proc.addProcess(processID, sockets: [$0])
            proc.onControlGroupRead(of: processID) { proc.setStartTime(processID, 101) }
        }
        #expect(found.processID == nil)
        #expect(found.unit == nil)
    }

    @Test func `a process that lets go of the socket while it is looked at is unknown`() throws {
        let proc = FakeProc()
        let processID = getpid()
        let found = try find(proc) {
            proc.addProcess(processID, sockets: [$0])
            proc.onControlGroupRead(of: processID) {
                unlink("\(proc.path)/\(processID)/fd/3")
                symlink("socket:[1]", "\(proc.path)/\(processID)/fd/3")
            }
        }
        #expect(found.processID == nil)
    }

    @Test func `a client that resets its connection while it is looked at is refused`() throws {
        let listener = Listener(.loopback)
        let client = listener.connect(to: .loopback)
        let server = listener.accept()
        let proc = FakeProc()
        let processID = getpid()
        let number = client.number
        proc.addProcess(processID, sockets: [client.inode])
        proc.onControlGroupRead(of: processID) {
            // To connect to nothing is to reset.
            var none = sockaddr()
            none.sa_family = sa_family_t(AF_UNSPEC)
            connect(number, &none, socklen_t(MemoryLayout<sockaddr>.size))
        }
        let failure = #expect(throws: ClientLookup.Failure.self) {
            try ClientLookup(procPath: proc.path).tcpClient(of: server, needs: .all)
        }
        #expect(failure?.reason.hasSuffix("has reset the connection") == true)
    }

    @Test func `without sight of process 1 nobody is the only holder`() throws {
        let proc = FakeProc()
        let found = try find(proc) {
            proc.addProcess(getpid(), sockets: [$0])
            rmdir("\(proc.path)/1/fd")
            rmdir("\(proc.path)/1")
        }
        #expect(found.processID == nil)
    }

    struct Bound: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// What one process with two open files, beside process 1, goes beyond.
        var value: Int
        var set: @Sendable (inout LookupLimits, Int) -> Void
    }

    @Test(arguments: [
        Bound(testDescription: "processes", value: 1) { $0.processes = $1 },
        Bound(testDescription: "open files", value: 1) { $0.openFiles = $1 },
        Bound(testDescription: "holders", value: 0) { $0.holders = $1 },
    ])
    func `beyond a limit there is no process`(bound: Bound) throws {
        var limits = LookupLimits()
        bound.set(&limits, bound.value)
        let proc = FakeProc()
        #expect(try find(proc, limits: limits) { proc.addProcess(getpid(), sockets: [$0]) }.processID == nil)
        bound.set(&limits, bound.value + 1)
        let enough = FakeProc()
        let found = try find(enough, limits: limits) { enough.addProcess(getpid(), sockets: [$0]) }
        #expect(found.processID == getpid())
    }
}
