// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc

/// Listening sockets that the service manager opened for us (sd_listen_fds(3)).
package enum InheritedSockets {
    package struct Socket: Hashable, Sendable {
        package enum Family: Hashable, Sendable {
            case unix
            /// IPv4 or IPv6.
            case internet
        }

        package var descriptor: Int32
        /// `FileDescriptorName=` of the socket unit, by default the unit's name; `unknown` where none was passed.
        package var name: String
        package var family: Family
    }

    /// A descriptor that was promised, by its number and name; not yet looked at.
    package struct Promise: Hashable, Sendable {
        package var descriptor: Int32
        package var name: String

        package init(descriptor: Int32, name: String) {
            self.descriptor = descriptor
            self.name = name
        }
    }

    /// SD_LISTEN_FDS_START
    package static let firstDescriptor: Int32 = 3
    /// More sockets than any service listens on; the manager's own limit of open files is of that size.
    package static let mostSockets: Int32 = 1024

    /// What the environment promises: nothing if it is not meant for this process.
    ///
    /// - Parameters:
    ///   - processID: `LISTEN_PID`
    ///   - count: `LISTEN_FDS`
    ///   - names: `LISTEN_FDNAMES`, separated by colons
    package static func promises(
        processID: String?,
        count: String?,
        names: String?,
        ownProcessID: Int32
    ) throws(ServiceManagerError) -> [Promise] {
        guard let processID, let count else { return [] }
        guard let addressee: Int32 = Number.parse(processID) else {
            throw ServiceManagerError(reason: "LISTEN_PID is not a process number: \(processID)")
        }
        guard addressee == ownProcessID else { return [] }
        guard let number: Int32 = Number.parse(count), number <= mostSockets else {
            throw ServiceManagerError(reason: "LISTEN_FDS is not a number from 0 to \(mostSockets): \(count)")
        }
        let descriptors = firstDescriptor..<(firstDescriptor + number)
        guard let names else { return descriptors.map { Promise(descriptor: $0, name: "unknown") } }
        let parts = names.isEmpty && number == 0 ? [] : names.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == descriptors.count else {
            throw ServiceManagerError(reason: "LISTEN_FDNAMES has \(parts.count) names for \(number) sockets")
        }
        return zip(descriptors, parts).map { Promise(descriptor: $0, name: String($1)) }
    }

    /// Takes the promised descriptors over: closed when we execute another program, and each one a listening stream
    /// socket.
    package static func adopt(_ promises: [Promise]) throws(ServiceManagerError) -> [Socket] {
        for promise in promises {
            let flags = fcntl(promise.descriptor, F_GETFD)
            guard flags >= 0, fcntl(promise.descriptor, F_SETFD, flags | FD_CLOEXEC) == 0 else {
                throw unusable(promise, "it is not open")
            }
        }
        var sockets: [Socket] = []
        for promise in promises {
            guard let family = option(SO_DOMAIN, of: promise) else { throw unusable(promise, "it is not a socket") }
            guard option(SO_TYPE, of: promise) == Int32(SOCK_STREAM.rawValue) else {
                throw unusable(promise, "it is not a stream socket")
            }
            guard option(SO_ACCEPTCONN, of: promise) == 1 else {
                throw unusable(promise, "it does not listen; the socket unit must have Accept=no")
            }
            switch family {
            case AF_UNIX: sockets.append(Socket(descriptor: promise.descriptor, name: promise.name, family: .unix))
            case AF_INET, AF_INET6:
                sockets.append(Socket(descriptor: promise.descriptor, name: promise.name, family: .internet))
            default: throw unusable(promise, "it is neither a Unix nor a TCP socket")
            }
        }
        return sockets
    }

    private static func option(_ option: Int32, of promise: Promise) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return getsockopt(promise.descriptor, SOL_SOCKET, option, &value, &length) == 0 ? value : nil
    }

    private static func unusable(_ promise: Promise, _ why: String) -> ServiceManagerError {
        ServiceManagerError(reason: "cannot use inherited socket \(promise.descriptor) (\(promise.name)): \(why)")
    }
}
