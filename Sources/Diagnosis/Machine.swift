// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc

/// The machine that is looked at. Tests give it other roots.
package struct Machine: Sendable {
    /// Before every path but those of procfs and sysfs.
    package var root = ""
    package var proc = "/proc"
    package var sys = "/sys"
    package var accounts: Accounts

    package init(accounts: Accounts) { self.accounts = accounts }

    private static let sizeLimit = 1 << 22

    /// A text of procfs or sysfs, by its whole path.
    package func text(_ path: String) -> Reading<String> {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return .failure(errno) }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < Self.sizeLimit {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return .failure(errno) }
            if count == 0 { return .value(String(decoding: bytes, as: UTF8.self)) }
            bytes += chunk[..<count]
        }
        return .failed("it is too long")
    }

    /// What a link of procfs says, by its whole path.
    package func link(_ path: String) -> Reading<String> {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count < 0 ? .failure(errno) : .value(String(decoding: buffer[..<count], as: UTF8.self))
    }

    /// Whether the kernel enforces policies of AppArmor; without the module there is no such file.
    var hasAppArmor: Reading<Bool> {
        switch text("\(sys)/module/apparmor/parameters/enabled") {
        case .missing: .value(false)
        case let reading: reading.map { $0.first == "Y" }
        }
    }

    func names(in directory: String) -> Reading<[String]> {
        guard let stream = opendir(directory) else { return .failure(errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return .value(names.sorted())
    }

    /// A path of the machine, whatever its last part is.
    func facts(_ path: String) -> Reading<FileFacts> {
        var status = stat()
        return lstat(root + path, &status) == 0 ? .value(FileFacts(status)) : .failure(errno)
    }

    /// Where links lead; nil for what is not there or cannot be seen.
    func realPath(_ path: String) -> String? {
        guard let resolved = realpath(root + path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Where a path with links in it leads; nil for one without, and for what cannot be seen.
    func destination(_ path: String) -> String? {
        guard let real = realPath(path) else { return nil }
        let top = root.isEmpty ? "" : realPath("") ?? root
        guard real.hasPrefix(top), real != top + path else { return nil }
        return String(real.dropFirst(top.count))
    }

    /// Whether a file begins as one for an interpreter (execve(2)).
    func isScript(_ path: String) -> Bool {
        let file = open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard file >= 0 else { return false }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 2)
        return read(file, &bytes, 2) == 2 && bytes == [UInt8(ascii: "#"), UInt8(ascii: "!")]
    }

    /// A path with its directories, all links followed.
    func passage(to path: String) -> Reading<Passage> {
        guard let resolved = realpath(root + path, nil) else { return .failure(errno) }
        defer { free(resolved) }
        let real = String(cString: resolved)
        let parts = real.split(separator: "/")
        let paths = (0...parts.count).map { "/" + parts[..<$0].joined(separator: "/") }
        var facts: [FileFacts] = []
        for path in paths {
            var status = stat()
            guard stat(path, &status) == 0 else { return .failure(errno) }
            facts.append(FileFacts(status))
        }
        guard let file = facts.popLast() else { return .missing }
        let listed = paths.filter { clinux_attribute_length($0, CLINUX_ACCESS_LIST) > 0 }
        return .value(Passage(path: path, directories: facts, file: file, listed: listed))
    }
}
