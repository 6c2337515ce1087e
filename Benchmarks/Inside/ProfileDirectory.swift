// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Profiles

/// The `*.yml` files of a directory, in the order of their names; what they contain is judged by the loader.
enum ProfileDirectory {
    static func sources(in directory: String) throws(Unmeasurable) -> [SourceFile] {
        guard let stream = opendir(directory) else { throw Unmeasurable("\(directory) cannot be read") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".yml"), !name.hasPrefix(".") { names.append(name) }
        }
        var sources: [SourceFile] = []
        for name in names.sorted() { sources.append(try source(directory + "/" + name, name: name)) }
        return sources
    }

    static func source(_ path: String, name: String) throws(Unmeasurable) -> SourceFile {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Unmeasurable("\(path) cannot be read") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return SourceFile(path: path, name: name, content: .bytes(bytes))
    }
}
