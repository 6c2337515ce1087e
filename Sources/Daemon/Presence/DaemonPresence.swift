// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Logging
import SystemPackage

/// By what other commands find this daemon: a lock on a file in its runtime directory, which the kernel releases when it ends, however
/// it ends, and beside it what became of the last reload.
///
/// Only we and root can open the file: who could would be able to take the lock, and be sent our signals.
actor DaemonPresence {
    static let lockName = "daemon.lock"

    private struct Failure: Error {
        let reason: String

        static func system(_ what: String) -> Failure { Failure(reason: "\(what): \(SystemText.last)") }
    }

    /// Open for as long as we run.
    let directory: Int32
    /// Open for as long as we run: the lock is gone with it.
    private let lock: Int32
    private let logger: Logger
    private var report = ReloadReport()

    /// Nil where another daemon has the directory, or it cannot be used; the log says so, and that `profile` will not find us.
    init?(in path: String, logger: Logger) {
        self.logger = logger
        do throws(Failure) {
            (directory, lock) = try Self.claim(path)
        } catch {
            logger.notice(
                "\(path): \(error.reason). Changed profiles take effect here once this process is sent SIGHUP.")
            return nil
        }
    }

    deinit {
        close(lock)
        close(directory)
    }

    func loadBegins() {
        report.begun += 1
        write()
    }

    func loadEnded(_ loaded: ProfileStore.Loaded, summary: String) {
        report.ended = report.begun
        report.summary = summary
        report.directories = loaded.directories
        report.leftOut = loaded.leftOut
        write()
    }

    private static func claim(_ path: String) throws(Failure) -> (directory: Int32, lock: Int32) {
        if mkdir(path, 0o755) == 0 {
            chmod(path, 0o755)
        } else if errno != EEXIST {
            throw .system("the runtime directory cannot be made")
        }
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .system("the runtime directory cannot be opened") }
        do throws(Failure) {
            var status = stat()
            guard fstat(directory, &status) == 0 else { throw .system("the runtime directory cannot be looked at") }
            guard [0, geteuid()].contains(status.st_uid), status.st_mode & 0o022 == 0 else {
                throw Failure(reason: "others can write in the runtime directory")
            }
            return (directory, try lock(in: directory))
        } catch {
            close(directory)
            throw error
        }
    }

    private static func lock(in directory: Int32) throws(Failure) -> Int32 {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let file = openat(directory, lockName, flags, 0o600)
        guard file >= 0 else { throw .system("\(lockName) cannot be opened") }
        do throws(Failure) {
            var status = stat()
            guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
                fchmod(file, 0o600) == 0
            else { throw Failure(reason: "\(lockName) is no file of our own") }
            var wanted = flock()
            wanted.l_type = Int16(F_WRLCK)
            wanted.l_whence = Int16(SEEK_SET)
            guard fcntl(file, F_SETLK, &wanted) == 0 else {
                guard errno == EACCES || errno == EAGAIN else { throw .system("\(lockName) cannot be locked") }
                let holder = LockHolder.process(of: file).map { " (process \($0))" } ?? ""
                throw Failure(
                    reason:
                        "another onion-sieve\(holder) runs with this directory, and is the one that `profile` tells to reload and `status` asks: "
                        + "give this one another by --runtime-directory"
                )
            }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    /// Under a temporary name first: nobody reads half of it.
    private func write() {
        let temporary = ".\(ReloadReport.fileName).new"
        let bytes = Array(report.encoded.utf8)
        let file = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return complain() }
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        close(file)
        guard count == bytes.count, renameat(directory, temporary, directory, ReloadReport.fileName) == 0 else {
            return complain()
        }
    }

    private func complain() {
        logger.warning("cannot write what became of a reload into the runtime directory: \(SystemText.last)")
    }
}
