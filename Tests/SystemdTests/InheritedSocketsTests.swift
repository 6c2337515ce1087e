// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Systemd
import Testing

@Suite struct InheritedSocketsTests {
    private typealias Promise = InheritedSockets.Promise

    private static func promises(
        _ processID: String?,
        _ count: String?,
        _ names: String?
    ) throws -> [InheritedSockets.Promise] {
        try InheritedSockets.promises(processID: processID, count: count, names: names, ownProcessID: 42)
    }

    @Test(
        arguments: [
            (nil, nil, nil, []),
            ("42", nil, nil, []),
            (nil, "2", "a:b", []),
            ("41", "2", "a:b", []),
            ("42", "0", nil, []),
            ("42", "0", "", []),
            ("42", "2", nil, ["unknown", "unknown"]),
            ("42", "2", "onion-sieve.socket:tcp", ["onion-sieve.socket", "tcp"]),
            ("42", "1", "", [""]),
            ("42", "2", ":", ["", ""]),
        ] as [(String?, String?, String?, [String])])
    func `sockets are ours if they are for our process`(
        processID: String?,
        count: String?,
        names: String?,
        expected: [String]
    ) throws {
        let promises = try Self.promises(processID, count, names)
        #expect(promises.map(\.name) == expected)
        #expect(promises.map(\.descriptor) == Array(3..<(3 + Int32(expected.count))))
    }

    @Test(
        arguments: [
            ("", "1", nil), ("-1", "1", nil), ("42x", "1", nil), ("99999999999", "1", nil),
            ("42", "", nil), ("42", "-1", nil), ("42", "+1", nil), ("42", " 1", nil), ("42", "1025", nil),
            ("42", "99999999999", nil),
            ("42", "1", "a:b"), ("42", "2", "a"), ("42", "0", "a"),
        ] as [(String, String, String?)])
    func `an environment that contradicts itself is refused`(processID: String, count: String, names: String?) {
        #expect(throws: ServiceManagerError.self) { try Self.promises(processID, count, names) }
    }

    private static func listeningSocket(_ family: Int32) -> Int32 {
        let number = socket(family, Int32(SOCK_STREAM.rawValue), 0)
        if family == AF_UNIX {
            // Bound to an abstract name of the kernel's choice.
            var name = sockaddr()
            name.sa_family = sa_family_t(AF_UNIX)
            bind(number, &name, socklen_t(MemoryLayout<sa_family_t>.size))
        }
        listen(number, 1)
        return number
    }

    @Test func `listening sockets are taken over, and closed on exec`() throws {
        let numbers = [AF_UNIX, AF_INET, AF_INET6].map(Self.listeningSocket)
        defer { numbers.forEach { close($0) } }
        for number in numbers {
            #expect(fcntl(number, F_GETFD) == 0)
        }
        let sockets = try InheritedSockets.adopt(numbers.map { Promise(descriptor: $0, name: "n\($0)") })
        #expect(sockets.map(\.descriptor) == numbers)
        #expect(sockets.map(\.name) == numbers.map { "n\($0)" })
        #expect(sockets.map(\.family) == [.unix, .internet, .internet])
        for number in numbers {
            #expect(fcntl(number, F_GETFD) == FD_CLOEXEC)
        }
    }

    struct Unusable: Sendable {
        var why: String
        var make: @Sendable () -> Int32
    }

    @Test(arguments: [
        Unusable(why: "it is not open") { 4711 },
        Unusable(why: "it is not a socket") { open("/dev/null", O_RDONLY) },
        Unusable(why: "it is not a stream socket") { socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) },
        Unusable(why: "it does not listen; the socket unit must have Accept=no") {
            socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        },
    ])
    func `anything else is refused with the reason`(unusable: Unusable) {
        let number = unusable.make()
        defer { close(number) }
        let message = "cannot use inherited socket \(number) (control): \(unusable.why)"
        #expect(throws: ServiceManagerError(reason: message)) {
            try InheritedSockets.adopt([Promise(descriptor: number, name: "control")])
        }
    }
}
