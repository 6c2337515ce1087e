// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Policies
package import TorLink

/// `apps` in the runtime directory, with a directory for each application's socket, which stay until the system is started again: a
/// container into which one is bound finds the next socket in it, too.
package struct ApplicationsDirectory: Sendable {
    package static let name = "apps"

    /// The runtime directory, whose lock must be ours: nobody else then makes sockets below it.
    let runtime: String
    let runtimeDescriptor: CInt
    /// Sockets of listeners, which may lie here as well: they are not ours to replace or remove.
    var listening: Set<FileIdentity> = []

    private var path: String { "\(runtime)/\(Self.name)" }

    func socketPath(of name: String) -> String { Self.socketPath(of: name, in: runtime) }

    package static func socketPath(of name: String, in runtime: String) -> String {
        "\(runtime)/\(Self.name)/\(name)/\(ApplicationSocketFile.name)"
    }

    /// Ends of the path by which a socket is bound, and of the one that it is then given.
    package static let boundEnding = "/\(ApplicationSocketFile.temporaryName)"
    package static let ending = "/\(ApplicationSocketFile.name)"

    package static func environmentPath(of name: String, in runtime: String) -> String {
        "\(runtime)/\(Self.name)/\(name)/\(EnvironmentFile.name)"
    }

    /// Tor's SOCKS port, as the daemon has said it to this application; nil if it has not.
    package static func socks(of name: String, in runtime: String) throws(EnvironmentUnreadable) -> TorAddress? {
        try EnvironmentFile.socks(at: environmentPath(of: name, in: runtime))
    }

    func makeSocket(_ socket: ApplicationSocket, _ environment: ApplicationEnvironment) throws(ListenerFailure)
        -> ApplicationSocketFile
    {
        let directory = try self.directory(of: socket.name, isMade: true)
        guard try !isListening(in: directory) else {
            throw ListenerFailure(reason: "\(socketPath(of: socket.name)) is the socket of a listener")
        }
        // First the file: whoever waits for the socket finds both.
        try EnvironmentFile.write(environment, in: directory)
        return try ApplicationSocketFile(socket, in: directory)
    }

    func write(_ environment: ApplicationEnvironment, of name: String) throws(ListenerFailure) {
        try EnvironmentFile.write(environment, in: directory(of: name, isMade: false))
    }

    /// Removes what is ours in the directories of all sockets but these, those of a daemon that was killed among them.
    ///
    /// - Returns: what could not be looked at, and why.
    func clear(except names: Set<String>) -> [String] {
        var complaints: [String] = []
        do throws(ListenerFailure) {
            var status = stat()
            guard fstatat(runtimeDescriptor, Self.name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return [] }
            let all = try OwnDirectory(Self.name, in: runtimeDescriptor, path: path, isMade: false)
            for name in try all.names().sorted() where SocketName.isValid(name) && !names.contains(name) {
                do throws(ListenerFailure) {
                    let directory = try OwnDirectory(
                        name, in: all.number, path: "\(path)/\(name)", isMade: false)
                    if (try? isListening(in: directory)) ?? false { continue }
                    directory.remove(ApplicationSocketFile.name, kind: S_IFSOCK)
                    EnvironmentFile.remove(from: directory)
                    ApplicationSocketFile.removeLeftover(from: directory)
                } catch {
                    complaints.append(error.reason)
                }
            }
        } catch {
            complaints.append(error.reason)
        }
        return complaints
    }

    private func isListening(in directory: borrowing OwnDirectory) throws(ListenerFailure) -> Bool {
        try directory.identity(of: ApplicationSocketFile.name, kind: S_IFSOCK).map(listening.contains) ?? false
    }

    private func directory(of name: String, isMade: Bool) throws(ListenerFailure) -> OwnDirectory {
        let all = try OwnDirectory(Self.name, in: runtimeDescriptor, path: path, isMade: isMade)
        return try OwnDirectory(name, in: all.number, path: "\(path)/\(name)", isMade: isMade)
    }
}
