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

    /// Each with what it consists of, for whoever reads the result.
    static let all: [(name: String, bytes: ByteBuffer)] = own.flatMap { keyword, pieces in
        (general + pieces).flatMap { piece in
            [
                ("\(keyword) of '\(piece)'", line(keyword, piece, .max)),
                ("\(keyword) of \(arguments) '\(piece)' and a long word", line(keyword, piece, arguments)),
            ]
        }
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
