// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import TestSupport

/// A directory that looks like `/proc`. Its processes have numbers of real ones, since the kernel is asked whether they
/// still run.
final class FakeProc: Sendable {
    let directory = TemporaryDirectory(mode: 0o755)

    var path: String { directory.path }

    init() {
        // Who reads the control group may have ended before all of it is written.
        signal(SIGPIPE, SIG_IGN)
        mkdir("\(path)/1", 0o755)
        mkdir("\(path)/1/fd", 0o755)
    }

    func addProcess(
        _ processID: Int32,
        startTime: UInt64 = 100,
        user: UInt32 = effectiveUser,
        groups: String = "",
        executable: String = "/usr/bin/perl",
        cgroup: String = "0::/system.slice/fake.service\n",
        sockets: [UInt64] = []
    ) {
        mkdir("\(path)/\(processID)", 0o755)
        mkdir("\(path)/\(processID)/fd", 0o755)
        setStartTime(processID, startTime)
        let status = "Name:\tfake\nUid:\t0\t\(user)\t0\t0\nGid:\t0\t7\t0\t0\nGroups:\t\(groups) \n"
        directory.file("\(processID)/status", status)
        directory.file("\(processID)/cgroup", cgroup)
        setExecutable(processID, executable)
        symlink("/dev/null", "\(path)/\(processID)/fd/0")
        for (index, inode) in sockets.enumerated() {
            symlink("socket:[\(inode)]", "\(path)/\(processID)/fd/\(index + 3)")
        }
    }

    func addLabel(_ processID: Int32, _ context: String) {
        mkdir("\(path)/\(processID)/attr", 0o755)
        mkdir("\(path)/\(processID)/attr/apparmor", 0o755)
        directory.file("\(processID)/attr/apparmor/current", context)
    }

    /// Takes effect at once for whoever opens the file next.
    func setStartTime(_ processID: Int32, _ time: UInt64) {
        directory.file(
            "\(processID)/stat.new",
            "\(processID) (a) b) S \(Array(repeating: "0", count: 18).joined(separator: " ")) \(time) 0 0\n")
        rename("\(path)/\(processID)/stat.new", "\(path)/\(processID)/stat")
    }

    /// Takes effect at once for whoever looks next.
    func setExecutable(_ processID: Int32, _ executable: String) {
        symlink(executable, "\(path)/\(processID)/exe.new")
        rename("\(path)/\(processID)/exe.new", "\(path)/\(processID)/exe")
    }

    /// Makes the reader of the control group wait until `meanwhile` has been done: it reads that in the middle.
    func onControlGroupRead(of processID: Int32, _ meanwhile: @escaping @Sendable () -> Void) {
        let fifo = "\(path)/\(processID)/cgroup"
        unlink(fifo)
        mkfifo(fifo, 0o644)
        let thread = Pause(fifo: fifo, meanwhile: meanwhile)
        var id = pthread_t()
        pthread_create(
            &id, nil,
            { argument in
                let pause = Unmanaged<Pause>.fromOpaque(argument!).takeRetainedValue()
                let file = File(open(pause.fifo, O_WRONLY | O_CLOEXEC))
                pause.meanwhile()
                file.write("0::/system.slice/fake.service\n")
                return nil
            }, Unmanaged.passRetained(thread).toOpaque())
        pthread_detach(id)
    }

    private final class Pause {
        let fifo: String
        let meanwhile: @Sendable () -> Void

        init(fifo: String, meanwhile: @escaping @Sendable () -> Void) {
            self.fifo = fifo
            self.meanwhile = meanwhile
        }
    }
}
