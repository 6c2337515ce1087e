// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore

/// What holds for any bytes from a client.
enum CommandProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        let stream = Stream(input, bound: Limits.clientFrame)
        let frames = Self.frames(of: [stream.whole])
        for arrival in stream.arrivals {
            try require(Self.frames(of: arrival) == frames, "the frames depend on how the bytes arrive")
        }
        for (index, frame) in frames.enumerated() {
            switch frame {
            case .command(let command):
                try check(command)
            case .malformed(_, _, let length):
                try require(length <= 2 * Limits.clientFrame, "a malformed frame of \(length) bytes")
            case .tooLong:
                try require(index == frames.count - 1, "a frame behind one that is too long")
            }
        }
    }

    private static func frames(of arrival: [ByteBuffer]) -> [ClientFrame] {
        var framer = CommandFramer()
        var frames: [ClientFrame] = []
        for portion in arrival {
            framer.append(portion)
            while let frame = framer.next() { frames.append(frame) }
        }
        return frames
    }

    private static func check(_ command: Command) throws(Violation) {
        let length = command.line.utf8.count
        try require(length < Limits.clientFrame, "a line of \(length) bytes")
        try require(command.line.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a command that is not printable")
        try require(command.body?.byteCount ?? 0 <= Limits.clientFrame, "a data block over the bound")
        var encoded = ByteBuffer()
        command.encode(into: &encoded)
        // A line that came with a bare LF leaves with CR LF, and may be one byte over the bound then.
        guard length + 2 <= Limits.clientFrame else { return }
        let again = frames(of: [encoded])
        try require(again == [.command(command)], "an encoded command reads differently: \(command.line)")
    }
}
