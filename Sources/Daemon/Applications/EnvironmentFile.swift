// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import SystemPackage
import TorLink

/// The file `env` beside an application's socket: readable to everybody, since it holds nothing but places.
enum EnvironmentFile {
    static let name = "env"
    private static let temporaryName = ".\(name).new"

    /// With what a daemon that was killed may have left of it.
    static func remove(from directory: borrowing OwnDirectory) {
        directory.remove(name, kind: S_IFREG)
        directory.remove(temporaryName, kind: S_IFREG)
    }

    /// Under a temporary name first: nobody reads half of it.
    static func write(_ environment: ApplicationEnvironment, in directory: borrowing OwnDirectory)
        throws(ListenerFailure)
    {
        guard let text = environment.file else {
            let culprits = environment.variables.filter { !ApplicationEnvironment.isWritable($0.value) }.map(\.name)
            throw ListenerFailure(
                reason:
                    "the value of \(culprits.joined(separator: ", ")) has a character that is not printable ASCII, which no "
                    + "environment file can hold")
        }
        _ = try directory.identity(of: name, kind: S_IFREG)
        directory.remove(temporaryName, kind: S_IFREG)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = openat(directory.number, temporaryName, flags, 0o600)
        guard file >= 0 else { throw .system("\(directory.path)/\(name) cannot be written") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        let count = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard count == bytes.count, fchmod(file, 0o644) == 0 else {
            let failure = ListenerFailure.system("\(directory.path)/\(name) cannot be written")
            directory.remove(temporaryName, kind: S_IFREG)
            throw failure
        }
        try directory.rename(temporaryName, to: name)
    }

    /// Bytes of such a file; one that is longer is none of ours.
    private static let sizeLimit = 16384

    /// What the file says of tor's SOCKS port; nil if there is no file, or the daemon did not know the port when it wrote it.
    ///
    /// - Throws: if there is a file that cannot be read, or that we would not have written: with a guess in its place the program
    ///   might go to another tor.
    static func socks(at path: String) throws(EnvironmentUnreadable) -> TorAddress? {
        guard let text = try text(at: path) else { return nil }
        do {
            let values = try ApplicationEnvironment(parsing: text)
            switch (values["TOR_SOCKS_IPC_PATH"], values["TOR_SOCKS_HOST"], values["TOR_SOCKS_PORT"]) {
            case (nil, nil, nil): return nil
            case (let path?, nil, nil): return try TorAddress(path: path)
            case (nil, let host?, let port?): return try TorAddress(host: host, port: port)
            default: throw EnvironmentUnreadable(path: path, reason: "it does not say one place for SOCKS")
            }
        } catch let failure as EnvironmentUnreadable {
            throw failure
        } catch let failure as ApplicationEnvironment.Unreadable {
            throw EnvironmentUnreadable(path: path, reason: failure.reason)
        } catch {
            let reason = (error as? TorAddress.Unreadable)?.reason ?? "\(error)"
            throw EnvironmentUnreadable(path: path, reason: "its place for SOCKS is none: \(reason)")
        }
    }

    private static func text(at path: String) throws(EnvironmentUnreadable) -> String? {
        var bytes: [UInt8]?
        do throws(Errno) {
            let file = try OpenDescriptor(path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            if try file.status().st_mode & S_IFMT == S_IFREG { bytes = try file.read(upTo: sizeLimit + 1) }
        } catch .noSuchFileOrDirectory {
            return nil
        } catch {
            throw EnvironmentUnreadable(path: path, reason: SystemText.describe(error.rawValue))
        }
        guard let bytes else { throw EnvironmentUnreadable(path: path, reason: "it is no regular file") }
        guard bytes.count <= sizeLimit, let text = String(validating: bytes, as: UTF8.self) else {
            throw EnvironmentUnreadable(path: path, reason: "it is too large, or no text")
        }
        return text
    }
}
