// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import FuzzProperties
import Glibc
import Testing

/// Every input that a fuzzer begins with, and every one that it has found something with.
@Suite struct FindingsTests {
    @Test("what fuzzers have found does not come back", arguments: FuzzTarget.allCases)
    func findings(target: FuzzTarget) throws {
        for file in Self.files(in: "Findings/\(target.rawValue)") { Self.check(target, file) }
    }

    @Test("every fuzzer begins with inputs, and its properties hold for them", arguments: FuzzTarget.allCases)
    func corpus(target: FuzzTarget) throws {
        let files = Self.files(in: "Corpus/\(target.rawValue)")
        #expect(!files.isEmpty)
        for file in files { Self.check(target, file) }
    }

    @Test("the policy that sessions are fuzzed under has no mistake")
    func policy() {
        #expect(FuzzTarget.mistakesInPolicy.isEmpty)
    }

    private static func check(_ target: FuzzTarget, _ file: File) {
        do throws(Violation) {
            try target.check(file.bytes)
        } catch {
            Issue.record("\(target.rawValue), \(file.name): \(error)")
        }
    }

    // MARK: Files

    private struct File {
        let name: String
        let bytes: [UInt8]
    }

    /// The regular files of a directory of `Fuzzing`, by name; none if there is no such directory.
    private static func files(in directory: String) -> [File] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let path = "\(root)/Fuzzing/\(directory)"
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var files: [File] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { name in
                String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let bytes = read("\(path)/\(name)") { files.append(File(name: name, bytes: bytes)) }
        }
        return files.sorted { $0.name < $1.name }
    }

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var status = stat()
        guard fstat(fileno(file), &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            count = fread(buffer.baseAddress, 1, buffer.count, file)
        }
    }
}
