// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore

/// Lines of 64 KiB that ask for as much work as one can: one long argument, very many short ones, as many as there may be.
enum HostileLines {
    /// What each is made of, beside ``general``.
    private static let own: [(keyword: String, pieces: [String])] = [
        ("GETINFO", ["version ", "net/listeners/socks "]),
        ("GETCONF", ["SocksPort ", "HiddenServicePort "]),
        ("SETCONF", ["SocksPort=1 ", "DisableNetwork=0 ", "Bridge=\"obfs4 192.0.2.1:1\" "]),
        ("RESETCONF", ["HiddenServiceDir=/a HiddenServicePort=80 "]),
        ("SETEVENTS", ["HS_DESC "]),
        ("ADD_ONION", ["Port=80,17600 ", "ClientAuthV3=a ", "NEW:BEST Port=80,17600 "]),
        ("MAPADDRESS", []),
        ("ONION_CLIENT_AUTH_ADD", []),
        ("SIGNAL", []),
    ]
    private static let general = ["a", "a ", "a=b ", "\"a\" "]
    /// The longest line with its end that is framed, and the most arguments that are looked at.
    private static let length = 64 * 1024 - 3
    private static let arguments = 1020

    /// What patterns of profiles match with a long word in it: they take it apart.
    private static let matched = [
        "ADD_ONION ED25519-V3:", "ADD_ONION NEW:", "ADD_ONION NEW:ED25519-V3 Flags=V3Auth Port=1,1 ClientAuthV3=",
    ]
    private static let ends = ["", " Port=80,17600", " Port=80", " Port=9999,9999", " Port=9878,[::]:15000"]

    /// A line, and what it consists of, for whoever reads the result.
    typealias Line = (name: String, bytes: ByteBuffer)

    static let all: [Line] = repeating + varied + takenApart

    private static let repeating: [Line] = own.flatMap { keyword, pieces in
        (general + pieces).flatMap { piece -> [Line] in
            [
                ("\(keyword) of '\(piece)'", line(keyword, piece, .max)),
                ("\(keyword) of \(arguments) '\(piece)' and a long word", line(keyword, piece, arguments)),
            ]
        }
    }

    private static let varied: [Line] = ["GETINFO", "GETCONF", "SETEVENTS"].flatMap { keyword -> [Line] in
        [
            ("\(keyword) of different words", different(keyword, .max)),
            ("\(keyword) of \(arguments) different words", different(keyword, arguments)),
        ]
    }

    private static let takenApart: [Line] = matched.flatMap { beginning in
        ends.flatMap { end -> [Line] in
            [length, 16 * 1024].map { length in
                let line =
                    beginning + String(repeating: "a", count: length - beginning.utf8.count - end.utf8.count) + end
                return ("\(beginning)aaa…\(end) of \(line.utf8.count) bytes", ByteBuffer(string: line + "\r\n"))
            }
        }
    }

    private static func different(_ keyword: String, _ most: Int) -> ByteBuffer {
        var text = keyword
        for number in 0..<min(most, length) {
            guard text.utf8.count < length - 8 else { break }
            text += " a\(String(number, radix: 36))"
        }
        return ByteBuffer(string: text + "\r\n")
    }

    private static func line(_ keyword: String, _ piece: String, _ most: Int) -> ByteBuffer {
        let beginning = keyword == "ADD_ONION" && !piece.hasPrefix("NEW") ? "ADD_ONION NEW:BEST " : "\(keyword) "
        var text = beginning
        let room = (length - text.utf8.count) / piece.utf8.count
        text += String(repeating: piece, count: min(room, most))
        text += String(repeating: "a", count: length - text.utf8.count)
        return ByteBuffer(string: text + "\r\n")
    }
}
