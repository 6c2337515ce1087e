// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import CLinux
import Glibc

/// The filter's Unix socket, as a program will find it.
package struct FilterSocket: Sendable {
    private let trusted: TrustedPath

    /// - Parameter runtime: the daemon's runtime directory: who owns it is the daemon's user, and trusted beside root and the caller.
    package init(runtime: String) {
        var status = stat()
        var users: Set<uid_t> = [geteuid()]
        let isThere = stat(runtime, &status) == 0
        if isThere { users.insert(status.st_uid) }
        trusted = TrustedPath(
            trusting: users, description: isThere ? "root, the owner of \(runtime) and you" : "root and you")
    }

    /// Whether there is a socket that the caller may connect to, and that nobody but the filter, root or the caller can have put
    /// there.
    ///
    /// - Returns: what is wrong and what to do; nil if nothing is.
    package func problem(with path: String) -> String? {
        let found: TrustedPath.Destination
        do throws(TrustedPath.Refusal) {
            found = try trusted.follow(path)
        } catch {
            switch error.code {
            case ENOENT?, ENOTDIR?:
                return "there is no socket \(path): is onion-sieve running, and is the profile enabled "
                    + "(`onion-sieve profile list`)? Where a --listen of the daemon has the socket, say its place with --control"
            case EACCES?:
                return "\(path) cannot be reached: \(error.reason); a directory on the way is closed to you"
            default: return error.reason
            }
        }
        guard found.status.st_mode & S_IFMT == S_IFSOCK else { return "\(path) is no socket" }
        guard faccessat(AT_FDCWD, found.path, W_OK, AT_EACCESS) == 0 else {
            return "you may not connect to \(path): \(audience(of: found))"
        }
        return nil
    }

    /// What is wrong with who could have written the file beside a socket; nil if nothing is, or it is not there.
    package func problem(withFile path: String) -> String? {
        do throws(TrustedPath.Refusal) {
            _ = try trusted.follow(path)
            return nil
        } catch {
            return [ENOENT, ENOTDIR].contains(error.code ?? 0) ? nil : error.reason
        }
    }

    private func audience(of socket: TrustedPath.Destination) -> String {
        let status = socket.status
        // With such a list the group's bits of the mode are its mask, and the group may be let in or not.
        guard clinux_attribute_length(socket.path, CLINUX_ACCESS_LIST) <= 0 else {
            return "it is for uid \(status.st_uid) and whom its access control list names: `getfacl \(socket.path)`"
        }
        return
            "it is for uid \(status.st_uid) and group \(status.st_gid), mode \(String(status.st_mode & 0o7777, radix: 8))"
    }
}
