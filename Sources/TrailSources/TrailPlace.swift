// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc

/// Where a trail, or a part of one, is.
package enum TrailPlace: Hashable, Sendable, CustomStringConvertible {
    case file(String)
    case standardInput

    package init(_ text: String) { self = text == "-" ? .standardInput : .file(text) }

    package var description: String {
        switch self {
        case .file(let path): path
        case .standardInput: "standard input"
        }
    }

    /// Bytes on disk, to show how far reading is; nil if nobody knows.
    package var size: Int? {
        var status = stat()
        let isKnown =
            switch self {
            case .file(let path): stat(path, &status) == 0
            case .standardInput: fstat(STDIN_FILENO, &status) == 0
            }
        return isKnown && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
    }

    package func open() throws(TrailUnreadable) -> any ByteSource {
        let file: OpenFile =
            switch self {
            case .file(let path): try OpenFile(path: path)
            case .standardInput: try OpenFile(copying: STDIN_FILENO)
            }
        switch Packing(beginning: file.beginning(Packing.length)) {
        case nil: return FileSource(file)
        case .gzip?: return try UnpackedSource(file)
        case let packing?:
            throw TrailUnreadable("is packed; unpack it first: \(packing.command) FILE | onion-sieve audit -")
        }
    }
}
