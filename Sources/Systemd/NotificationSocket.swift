// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// The way to the service manager. It is open from the start, so that running out of descriptors later does not
/// silence the watchdog.
package final class NotificationSocket: Sendable {
    private let descriptor: Int32
    private let address: sockaddr_un
    private let addressLength: socklen_t

    /// How long a full queue at the manager may hold us up.
    private static let patienceInSeconds = 1

    /// - Parameter path: `NOTIFY_SOCKET`: an absolute path, or `@` and an abstract name.
    package init(path: String) throws(ServiceManagerError) {
        var name = Array(path.utf8)
        var address = sockaddr_un()
        guard name.first == UInt8(ascii: "/") || name.first == UInt8(ascii: "@"), name.count > 1, !name.contains(0)
        else {
            throw ServiceManagerError(reason: "NOTIFY_SOCKET is neither a path nor an abstract name: \(path)")
        }
        guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ServiceManagerError(reason: "NOTIFY_SOCKET is too long: \(path)")
        }
        if name[0] == UInt8(ascii: "@") {
            name[0] = 0
        } else {
            name.append(0)
        }
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        self.address = address
        // An abstract name is as long as we say; nothing ends it.
        addressLength = socklen_t(MemoryLayout<sa_family_t>.size + name.count)

        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else {
            throw ServiceManagerError(reason: "cannot make a socket to notify the service manager: \(Self.lastError)")
        }
        var patience = timeval(tv_sec: Self.patienceInSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit {
        close(descriptor)
    }

    package func send(_ notification: Notification) throws(ServiceManagerError) {
        let message = Array(notification.text.utf8)
        let sent = withUnsafePointer(to: address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), name, addressLength)
            }
        }
        guard sent == message.count else {
            throw ServiceManagerError(reason: "cannot notify the service manager: \(Self.lastError)")
        }
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
