// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import NIOCore

/// Lines of 64 KiB that ask for as much work as one can: one long argument, very many short ones, as many as there may be.
enum HostileLines {
    private static let keywords = [
        "GETINFO", "GETCONF", "SETCONF", "RESETCONF", "ADD_ONION", "DEL_ONION", "SETEVENTS", "SIGNAL", "HSFETCH",
        "MAPADDRESS", "ONION_CLIENT_AUTH_ADD", "CLOSECIRCUIT",
    ]
    private static let pieces = [
        "a", "0", "=", ",", "\\", "\"a\" ", "a ", "a=b ", "version ", "net/listeners/socks ", "SocksPort ",
        "SocksPort=1 ", "DisableNetwork=0 ", "Bridge=\"obfs4 192.0.2.1:1\" ",
        "HiddenServiceDir=/a HiddenServicePort=80 ",
        "HS_DESC ", "Port=80,17600 ", "ClientAuthV3=a ", "NEW:BEST Port=80,17600 ",
    ]
    /// The longest line with its end that is framed, and the most arguments that are looked at.
    private static let length = 64 * 1024 - 3
    private static let arguments = 1020

    /// Each with what it consists of, for whoever reads the result.
    static let all: [(name: String, bytes: ByteBuffer)] = keywords.flatMap { keyword in
        pieces.flatMap { piece in
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
