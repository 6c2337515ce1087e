// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import CLinux
internal import Glibc

/// A process, held so that its number cannot come to mean another one unnoticed while it is examined.
///
/// As long as the pidfd says that the process runs, its number is taken, and `/proc/PID` is its directory; the
/// directory, once open, never shows another process (pidfd_open(2), proc(5)).
struct PinnedProcess: ~Copyable {
    let processID: Int32
    /// Whether the pidfd came with the process's socket (SO_PEERPIDFD), so that it is of no other process that had its number since.
    let isNamedByKernel: Bool
    private let handle: Descriptor
    private let directory: Descriptor

    /// - Parameter handle: the pidfd that came with the process's socket.
    init(processID: Int32, namedBy handle: consuming Descriptor, procPath: String) throws(SystemError) {
        try self.init(processID: processID, handle: handle, isNamedByKernel: true, procPath: procPath)
    }

    init(processID: Int32, procPath: String) throws(SystemError) {
        let handle = try Descriptor(adopting: clinux_pidfd_open(processID))
        try self.init(processID: processID, handle: handle, isNamedByKernel: false, procPath: procPath)
    }

    private init(
        processID: Int32, handle: consuming Descriptor, isNamedByKernel: Bool, procPath: String
    ) throws(SystemError) {
        // Opened while the pidfd holds the number: it is this process's, or there is none.
        let directory = try Descriptor(opening: "\(procPath)/\(processID)", flags: clinux_open_path | O_DIRECTORY)
        guard Self.isRunning(handle) else { throw SystemError(code: ESRCH) }
        self.processID = processID
        self.isNamedByKernel = isNamedByKernel
        self.handle = handle
        self.directory = directory
    }

    var isRunning: Bool { Self.isRunning(handle) }

    /// A pidfd becomes readable when its process ends. Not knowing counts as the end.
    private static func isRunning(_ handle: borrowing Descriptor) -> Bool {
        var entry = pollfd(fd: handle.number, events: Int16(POLLIN), revents: 0)
        while true {
            let count = poll(&entry, 1, 0)
            if count >= 0 || errno != EINTR { return count == 0 }
        }
    }

    /// A file of the process's directory, whole.
    func contents(of name: String, upTo bound: Int) throws(SystemError) -> [UInt8] {
        try Descriptor(opening: name, flags: O_RDONLY, in: directory.number).record(upTo: bound)
    }

    /// Where a link in the process's directory leads, as text; nil where that is no text or no end can be seen.
    func destination(of name: String) throws(SystemError) -> String? {
        let size = Int(PATH_MAX) + 1
        var failure: SystemError?
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let length = buffer.withMemoryRebound(to: CChar.self) {
                $0.baseAddress.map { readlinkat(directory.number, name, $0, size) } ?? 0
            }
            if length < 0 { failure = .last }
            count = max(length, 0)
        }
        if let failure { throw failure }
        return bytes.count < size ? String(validating: bytes, as: UTF8.self) : nil
    }

    /// The file behind a link in the process's directory, also where no path of ours leads to it.
    func file(behind name: String) throws(SystemError) -> stat {
        try Self.file(at: name, in: directory.number, flags: 0)
    }

    /// The file that a path of ours leads to; a link in its last part is the file itself.
    static func file(at path: String) throws(SystemError) -> stat {
        try file(at: path, in: AT_FDCWD, flags: AT_SYMLINK_NOFOLLOW)
    }

    private static func file(at path: String, in directory: Int32, flags: Int32) throws(SystemError) -> stat {
        var status = stat()
        guard fstatat(directory, path, &status, flags) == 0 else { throw .last }
        return status
    }

    /// Another than ours and than the system's own, which are two where the daemon is in a sandbox. False also where that cannot
    /// be seen.
    var isInAnotherMountNamespace: Bool {
        guard let theirs = try? file(behind: "ns/mnt") else { return false }
        let usual = ["self", "1"].compactMap { process in
            try? Descriptor(opening: "/proc/\(process)/ns/mnt", flags: clinux_open_path).status()
        }
        return !usual.isEmpty && !usual.contains { ($0.st_dev, $0.st_ino) == (theirs.st_dev, theirs.st_ino) }
    }

    /// Whether the process has the socket open; false if it has more files open than `bound`.
    func holds(socket inode: UInt32, among bound: Int) throws(SystemError) -> Bool {
        var files = try NumberedDirectory(opening: "fd", in: directory.number)
        guard let open = try files.numbers(atMost: bound) else { return false }
        for number in open where try files.links(number, to: ProcessTable.link(toSocket: inode)) {
            return true
        }
        return false
    }
}
