// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Glibc
import Policies
import TestSupport
import Testing

@Suite(.serialized) struct UnixClientTests {
    private let lookup = ClientLookup()

    @Test func `this very process is known to itself`() throws {
        let (server, client) = unixPair()
        let found = try lookup.unixClient(of: server, socketName: "app", needs: .all)
        #expect(found.transport == .unix(socket: "app"))
        #expect(found.user?.id == effectiveUser)
        #expect(found.groups.first?.id == getegid())
        #expect(found.processID == getpid())
        #expect(found.isLocal)
        withExtendedLifetime(client) {}
    }

    @Test func `another process is known by user, groups, number, program`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = ClientProgram.start(["unix", "\(directory.path)/s"])
        let found = try lookup.unixClient(of: listener.accept(), socketName: nil, needs: .all)
        #expect(found.processID == child.processID)
        #expect(found.user?.id == effectiveUser)
        #expect(found.executable == ClientProgram.perl)
        #expect(found.transport == .unix(socket: nil))
    }

    @Test(.enabled(if: isRoot, "only root can start a program as somebody else"))
    func `a program of another user is that user's, with its groups by name`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = ClientProgram.start(
            ["unix", "\(directory.path)/s"],
            before: ["/usr/bin/setpriv", "--reuid=1", "--regid=2", "--groups=2,20,4242"]
        )
        let found = try lookup.unixClient(of: listener.accept(), socketName: nil, needs: .all)
        #expect(found.processID == child.processID)
        #expect(found.user == Client.Account(id: 1, name: "daemon"))
        #expect(
            found.groups == [
                Client.Account(id: 2, name: "bin"), Client.Account(id: 20, name: "dialout"),
                Client.Account(id: 4242, name: nil),
            ]
        )
        #expect(found.executable == ClientProgram.perl)
    }

    @Test(.enabled(if: isRoot, "only root can start a program as somebody else"))
    func `the overflow user and group are nobody`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = ClientProgram.start(
            ["unix", "\(directory.path)/s"],
            before: ["/usr/bin/setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        )
        let found = try lookup.unixClient(of: listener.accept(), socketName: nil, needs: .all)
        #expect(found.user == nil)
        #expect(found.groups.isEmpty)
        #expect(found.executable == nil)
        withExtendedLifetime(child) {}
    }

    @Test func `nothing is looked up that no profile asks for`() throws {
        let (server, client) = unixPair()
        let found = try lookup.unixClient(of: server, socketName: nil, needs: [])
        #expect(found.groups.isEmpty)
        #expect(found.label == nil)
        #expect(found.unit == nil)
        #expect(found.executable == nil)
        #expect(found.user != nil)
        withExtendedLifetime(client) {}
    }

    static let hasAppArmor = access("/sys/module/apparmor/parameters/enabled", F_OK) == 0

    @Test(.disabled(if: hasAppArmor, "this kernel has AppArmor"))
    func `without AppArmor everybody is unconfined`() throws {
        let (server, client) = unixPair()
        let found = try lookup.unixClient(of: server, socketName: nil, needs: .label)
        #expect(found.label == Client.SecurityLabel(name: "unconfined", mode: nil))
        withExtendedLifetime(client) {}
    }

    @Test func `a client that has ended keeps its user, and has no program`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        var child: Child? = ClientProgram.start(["unix", "\(directory.path)/s"])
        let server = listener.accept()
        #expect(child != nil)
        child = nil
        let found = try lookup.unixClient(of: server, socketName: nil, needs: .all)
        #expect(found.user?.id == effectiveUser)
        #expect(found.executable == nil)
        #expect(found.unit == nil)
    }

    /// Another process that has taken its number has not its connection.
    @Test func `before Linux 6.5 a process is looked into only if it has the connection open`() throws {
        let older = ClientLookup(kernelNamesPeers: false)
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = ClientProgram.start(["unix", "\(directory.path)/s"])
        let server = listener.accept()
        let before = try older.unixClient(of: server, socketName: nil, needs: .all)
        #expect(before.executable == ClientProgram.perl)
        #expect(before.processID == child.processID)
        // Its child keeps the connection open.
        #expect(child.tell("twin") == "done")
        #expect(child.tell("close") == "done")
        let after = try older.unixClient(of: server, socketName: nil, needs: .all)
        #expect(after.executable == nil)
        #expect(after.unit == nil)
        #expect(after.user?.id == effectiveUser)
        #expect(try lookup.unixClient(of: server, socketName: nil, needs: .all).executable == ClientProgram.perl)
    }

    @Test(.enabled(if: isRoot, "only root can become somebody else"))
    func `a process that has become another user's is not looked into`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = ClientProgram.start(["unix", "\(directory.path)/s"])
        let server = listener.accept()
        #expect(child.tell("become 1") == "done")
        let found = try lookup.unixClient(of: server, socketName: nil, needs: .all)
        #expect(found.user?.id == 0)
        #expect(found.executable == nil)
    }

    @Test func `what is no connected Unix socket is refused`() throws {
        let null = File(open("/dev/null", O_RDONLY))
        let tcp = File(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        let unconnected = File(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        for file in [null, tcp, unconnected] {
            #expect(lookup.unixPeer(of: file) == nil)
            #expect(throws: ClientLookup.Failure.self) {
                try lookup.unixClient(of: file, socketName: nil, needs: [])
            }
        }
    }

    @Test func `the connecting side sees who listens`() throws {
        let directory = TemporaryDirectory(mode: 0o755)
        let path = "\(directory.path)/s"
        let listener = Listener(path: path)
        let client = File(socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0))
        withUnixAddress(path) { #expect(connect(client.number, $0, $1) == 0) }
        #expect(
            lookup.unixPeer(of: client)
                == UnixPeer(userID: effectiveUser, groupID: getegid(), processID: getpid())
        )
        withExtendedLifetime(listener) {}
    }

    // What follows is told of this process by a directory that only looks like /proc.

    private func find(_ proc: FakeProc, needs: ClientLookup.Needs = .all) throws -> Client {
        let (server, client) = unixPair()
        defer { withExtendedLifetime(client) {} }
        return try ClientLookup(procPath: proc.path)
            .unixClient(of: server, socketName: nil, needs: needs)
    }

    /// As before Linux 6.5, unless the kernel may name peers, of a process that has the connection open.
    private func find(kernelNamesPeers: Bool = false, prepare: (FakeProc, Int32) -> Void) throws -> Client {
        let (server, client) = unixPair()
        defer { withExtendedLifetime(client) {} }
        var status = stat()
        #expect(fstat(client.number, &status) == 0)
        let proc = FakeProc()
        proc.addProcess(getpid(), sockets: [UInt64(status.st_ino)])
        prepare(proc, getpid())
        return try ClientLookup(procPath: proc.path, kernelNamesPeers: kernelNamesPeers)
            .unixClient(of: server, socketName: nil, needs: .all)
    }

    @Test func `unit and executable come from the process's directory`() throws {
        let proc = FakeProc()
        proc.addProcess(getpid())
        let found = try find(proc)
        #expect(found.unit == .system("fake.service"))
        #expect(found.executable == ClientProgram.perl)
    }

    @Test(
        "Before Linux 6.5 a process that is replaced while it is looked at is unknown",
        arguments: [(100, true), (101, false)])
    func replaced(startTime: UInt64, isKnown: Bool) throws {
        let found = try find { proc, processID in
            proc.onControlGroupRead(of: processID) { proc.setStartTime(processID, startTime) }
        }
        #expect(found.unit == (isKnown ? .system("fake.service") : nil))
        #expect(found.executable == (isKnown ? ClientProgram.perl : nil))
        #expect(found.user?.id == effectiveUser)
    }

    @Test("When a process started is asked only where the kernel does not name it", arguments: [true, false])
    func started(kernelNamesPeers: Bool) throws {
        let found = try find(kernelNamesPeers: kernelNamesPeers) { proc, processID in
            unlink("\(proc.path)/\(processID)/stat")
        }
        #expect(found.unit == (kernelNamesPeers ? .system("fake.service") : nil))
    }

    @Test func `a process that starts another program meanwhile is unknown`() throws {
        let proc = FakeProc()
        let processID = getpid()
        proc.addProcess(processID)
        proc.onControlGroupRead(of: processID) { proc.setExecutable(processID, "/bin/sh") }
        let found = try find(proc)
        #expect(found.executable == nil)
        #expect(found.unit == nil)
    }

    @Test func `a process of another user is unknown`() throws {
        let proc = FakeProc()
        proc.addProcess(getpid(), user: effectiveUser + 1)
        let found = try find(proc)
        #expect(found.unit == nil)
        #expect(found.executable == nil)
    }
}
