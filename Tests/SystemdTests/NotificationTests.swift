// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Systemd
import Testing

@Suite struct NotificationTests {
    @Test(
        arguments: [
            ([.ready], "READY=1"),
            ([.ready, .status("2 profiles")], "READY=1\nSTATUS=2 profiles"),
            ([.reloading(atMicroseconds: 123)], "RELOADING=1\nMONOTONIC_USEC=123"),
            ([.stopping], "STOPPING=1"),
            ([.watchdog], "WATCHDOG=1"),
            ([.mainProcess(42)], "MAINPID=42"),
            ([.status("a\nREADY=1\r\n\0b\u{85}")], "STATUS=a READY=1   b "),
            ([.status(String(repeating: "x", count: 600))], "STATUS=" + String(repeating: "x", count: 512)),
            ([], ""),
        ] as [([Notification.Assignment], String)])
    func `each assignment is one line`(assignments: [Notification.Assignment], text: String) {
        #expect(Notification(assignments).text == text)
    }

    /// A manager's socket, and what it is called in NOTIFY_SOCKET.
    private static func manager(_ name: String) -> Int32 {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        if bytes[0] == UInt8(ascii: "@") {
            bytes[0] = 0
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (bytes[0] == 0 ? 0 : 1))
        withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = bind(number, $0, length) }
        }
        return number
    }

    @Test(arguments: ["/tmp/onion-sieve-notify-\(getpid())", "@onion-sieve-notify-\(getpid())"])
    func `the manager receives what is sent, by path or abstract name`(name: String) throws {
        let manager = Self.manager(name)
        defer {
            close(manager)
            unlink(name)
        }
        let socket = try NotificationSocket(path: name)
        try socket.send(Notification([.ready, .status("up")]))
        try socket.send(Notification([.watchdog]))
        for expected in ["READY=1\nSTATUS=up", "WATCHDOG=1"] {
            var buffer = [UInt8](repeating: 0, count: 256)
            let count = recv(manager, &buffer, buffer.count, Int32(MSG_DONTWAIT))
            #expect(String(decoding: buffer.prefix(max(count, 0)), as: UTF8.self) == expected)
        }
    }

    @Test(arguments: ["", "/", "@", "vsock:2:1234", "relative/path", "/a\0b", "/" + String(repeating: "a", count: 107)])
    func `an address that is none of the two kinds is refused`(path: String) {
        #expect(throws: ServiceManagerError.self) { try NotificationSocket(path: path) }
    }

    @Test func `a manager that is not there is an error`() throws {
        let socket = try NotificationSocket(path: "@onion-sieve-nobody-\(getpid())")
        let error = #expect(throws: ServiceManagerError.self) { try socket.send(Notification([.ready])) }
        #expect(error?.reason == "cannot notify the service manager: Connection refused")
    }

    @Test func `the clock that reloads are told by is the monotonic one`() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let seconds = Int64(MonotonicClock.microseconds / 1_000_000) - Int64(time.tv_sec)
        #expect((0...5).contains(seconds))
    }
}
