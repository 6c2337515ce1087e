// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ClientLookup
import ControlProtocol

/// What holds for anything that might come out of a netlink socket.
enum SockDiagProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        try checkUnix(input)
        for sequence: UInt32 in [1, 0, .max] {
            guard let answer = SockDiagMessage.answer(in: input, sequence: sequence) else { continue }
            switch answer {
            case .error(let number):
                try require(number > 0, "an error of number \(number)")
            case .socket(let entry):
                let pair = entry.pair
                try require(pair.source.unmapped == pair.source, "a source that is still mapped")
                try require(pair.destination.unmapped == pair.destination, "a destination that is still mapped")
            }
            for more in [[0], input] {
                let longer = SockDiagMessage.answer(in: input + more, sequence: sequence)
                try require(longer == answer, "bytes behind an answer change it")
            }
        }
    }

    /// The answer about a Unix socket is in the same frame.
    private static func checkUnix(_ input: [UInt8]) throws(Violation) {
        for inode: UInt32 in [4711, 0] {
            guard let answer = UnixDiagMessage.answer(in: input, for: inode, sequence: 1) else { continue }
            switch answer {
            case .error(let number): try require(number > 0, "an error of number \(number)")
            case .peer(let peer): try require(peer != 0, "a peer without an inode")
            }
            let longer = UnixDiagMessage.answer(in: input + [0], for: inode, sequence: 1)
            try require(longer == answer, "bytes behind an answer change it")
        }
    }
}
