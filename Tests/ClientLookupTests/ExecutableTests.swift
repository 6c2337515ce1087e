// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import Glibc
import Policies
import TestSupport
import Testing

/// A copy of Perl stands for any program.
@Suite(.serialized, .enabled(if: isRoot, "files of root's own are needed")) struct ExecutableTests {
    private func executable(of client: (String) -> Child) throws -> String? {
        try look(at: client).executable
    }

    private func look(at client: (String) -> Child) throws -> Client {
        let directory = TemporaryDirectory(mode: 0o755)
        let listener = Listener(path: "\(directory.path)/s")
        let child = client("\(directory.path)/s")
        defer { withExtendedLifetime(child) {} }
        return try ClientLookup().unixClient(
            of: listener.accept(),
            socketName: nil,
            needs: .executable
        )
    }

    @Test(arguments: [
        ("0755", "0:0", true),
        ("0555", "0:7", true),
        ("0775", "0:0", false),
        ("0757", "0:0", false),
        ("0755", "1:0", false),
        ("0555", "1:1", false),
    ])
    func `only a file of root's that nobody else can write counts`(mode: String, owner: String, counts: Bool) throws {
        let programs = TemporaryDirectory(mode: 0o755)
        let program = "\(programs.path)/program"
        #expect(Child.run("/bin/cp", ClientProgram.perl, program))
        #expect(Child.run("/bin/chown", owner, program))
        #expect(Child.run("/bin/chmod", mode, program))
        let found = try executable { ClientProgram.start(["unix", $0], executable: program) }
        #expect(found == (counts ? program : nil))
    }

    @Test func `the path is the file's, not the link's by which it was started`() throws {
        let programs = TemporaryDirectory(mode: 0o755)
        let link = "\(programs.path)/link"
        symlink(ClientProgram.perl, link)
        #expect(try executable { ClientProgram.start(["unix", $0], executable: link) } == ClientProgram.perl)
    }

    @Test func `a program whose file is gone has no path`() throws {
        let programs = TemporaryDirectory(mode: 0o755)
        let program = "\(programs.path)/program"
        #expect(Child.run("/bin/cp", ClientProgram.perl, program))
        let found = try look {
            let child = ClientProgram.start(["unix", $0], executable: program)
            unlink(program)
            return child
        }
        #expect(found.executable == nil)
        let said = Client.UnverifiedExecutable(
            path: "\(program) (deleted)", isInAnotherMountNamespace: false, doubt: .elsewhere)
        #expect(found.unverifiedExecutable == said)
    }

    @Test func `a program whose path leads to another file by now has no path`() throws {
        let programs = TemporaryDirectory(mode: 0o755)
        let program = "\(programs.path)/program"
        #expect(Child.run("/bin/cp", ClientProgram.perl, program))
        let found = try executable {
            let child = ClientProgram.start(["unix", $0], executable: program)
            unlink(program)
            Child.run("/bin/cp", "/bin/true", program)
            return child
        }
        #expect(found == nil)
    }

    static let canUnshare = isRoot && Child.run("/usr/bin/unshare", "-m", "/bin/true")

    @Test(.enabled(if: canUnshare, "this system lets nobody make a mount namespace"))
    func `a file mounted over a path in a namespace of its own is not that path's`() throws {
        let programs = TemporaryDirectory(mode: 0o755)
        let program = "\(programs.path)/program"
        #expect(Child.run("/bin/cp", ClientProgram.perl, program))
        // Root's and unwritable like the file it hides, and with the same name in /proc.
        let mount = "mount --bind '\(program)' '\(ClientProgram.perl)' && exec \"$@\""
        let found = try look {
            ClientProgram.start(["unix", $0], before: ["/usr/bin/unshare", "-m", "/bin/sh", "-c", mount, "sh"])
        }
        #expect(found.executable == nil)
        let said = Client.UnverifiedExecutable(
            path: ClientProgram.perl, isInAnotherMountNamespace: true, doubt: .elsewhere)
        #expect(found.unverifiedExecutable == said)
        // Without the mount the same path counts from there.
        let plain = try look {
            ClientProgram.start(["unix", $0], before: ["/usr/bin/unshare", "-m"])
        }
        #expect(plain.executable == ClientProgram.perl)
        #expect(plain.unverifiedExecutable == nil)
    }
}
