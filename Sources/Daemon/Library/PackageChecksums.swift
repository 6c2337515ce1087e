// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Crypto
import Glibc
import Profiles
import SystemPackage

/// What dpkg says of the files that packages have put somewhere: whose they are, and what they were (deb-md5sums(5)).
///
/// MD5 is dpkg's choice. It is good for telling an administrator that a file was edited, and proves nothing against somebody who
/// could write the file: such files are refused for their owner and mode.
package struct PackageChecksums: Sendable {
    package static let defaultDirectory = "/var/lib/dpkg"

    package struct Record: Hashable, Sendable {
        package let package: String
        let digest: String
    }

    /// By the absolute path of the file. Packages may share one by dpkg-divert(1), so there may be several.
    private let records: [String: [Record]]

    /// Bytes of one list that are read at most; the longest of Debian 12 has some 10 MB.
    private static let sizeLimit = 64 << 20

    /// - Parameters:
    ///   - administration: dpkg's administrative directory; where there is none, nothing is packaged.
    ///   - directories: those whose files are of interest, by their absolute paths.
    package init(in administration: String, for directories: [String]) {
        var records: [String: [Record]] = [:]
        let info = "\(administration)/info"
        let prefixes = directories.filter { $0.hasPrefix("/") }.map { directory in
            Array((directory.hasSuffix("/") ? directory : directory + "/").utf8.dropFirst())
        }
        let names = (try? OpenDescriptor(info, flags: O_RDONLY | O_DIRECTORY).names()) ?? []
        for name in names where name.hasSuffix(".md5sums") {
            guard let list = try? OpenDescriptor("\(info)/\(name)", flags: O_RDONLY | O_NONBLOCK),
                let bytes = try? list.read(upTo: Self.sizeLimit)
            else { continue }
            let package = String(name.dropLast(".md5sums".count).prefix { $0 != ":" })
            for (path, digest) in Self.entries(of: bytes, below: prefixes) {
                records[path, default: []].append(Record(package: package, digest: digest))
            }
        }
        self.records = records
    }

    /// The package that a file came with, and whether it was edited since; nil if it came with none.
    func origin(of path: String, holding bytes: [UInt8]?) -> (package: String, isModified: Bool)? {
        guard let found = records[path], let first = found.first else { return nil }
        guard let bytes else { return (first.package, false) }
        var hash = Insecure.MD5()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        let digest = hash.finalize().map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        let match = found.first { $0.digest == digest }
        return (match?.package ?? first.package, match == nil)
    }

    /// Lines are 32 hexadecimal digits, two blanks, and the path without its first slash.
    private static func entries(of bytes: [UInt8], below prefixes: [[UInt8]]) -> [(path: String, digest: String)] {
        var entries: [(path: String, digest: String)] = []
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                // By index: tens of megabytes are looked through, and few lines are of interest.
                var end = start
                while end < bytes.count, bytes[end] != 0x0A { end += 1 }
                let path = start + 34
                if end > path, prefixes.contains(where: { begins(bytes, at: path, end: end, with: $0) }) {
                    entries.append(
                        (
                            "/" + String(decoding: bytes[path..<end], as: UTF8.self),
                            String(decoding: bytes[start..<(start + 32)], as: UTF8.self)
                        )
                    )
                }
                start = end + 1
            }
        }
        return entries
    }

    private static func begins(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, end: Int, with prefix: [UInt8])
        -> Bool
    {
        guard end - start > prefix.count else { return false }
        for index in prefix.indices where bytes[start + index] != prefix[index] { return false }
        return true
    }
}
