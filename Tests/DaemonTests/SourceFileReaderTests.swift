// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Daemon
import Glibc
import Profiles
import TestSupport
import Testing

/// A directory that is gone when the test is over.
private final class Scratch {
    private let top = TemporaryDirectory()

    var path: String { top.path }

    @discardableResult
    func directory(_ name: String, mode: mode_t = 0o755) -> String {
        mkdir("\(path)/\(name)", 0o700)
        chmod("\(path)/\(name)", mode)
        return "\(path)/\(name)"
    }

    @discardableResult
    func file(_ name: String, _ text: String = "- hosts: ['*']\n", mode: mode_t = 0o644) -> String {
        top.file(name, text, mode: mode)
    }

    func link(_ name: String, to target: String) {
        symlink(target, "\(path)/\(name)")
    }
}

extension SourceFile {
    /// What was found, without the path.
    fileprivate var messages: [String] { findings.map { "\($0.severity.rawValue): \($0.message)" } }
}

@Suite struct SourceFileReaderTests {
    private let enforcing = SourceFileReader(trust: .enforced)
    private let advising = SourceFileReader(trust: .advised)

    @Test("of a directory the regular files named *.yml are read, in order of their names")
    func names() throws {
        let scratch = Scratch()
        for name in ["b.yml", "B.yml", "a.yml", ".hidden.yml", "c.yml~", "d.yml.dpkg-old", ".e.yml.swp", "f.yaml"] {
            scratch.file(name, name)
        }
        scratch.directory("g.yml")
        let found = enforcing.read(directories: [scratch.path], toleratesMissing: false)
        #expect(found.findings.isEmpty)
        #expect(found.files.map(\.name) == ["B.yml", "a.yml", "b.yml"])
        #expect(found.files.map(\.path) == ["B.yml", "a.yml", "b.yml"].map { "\(scratch.path)/\($0)" })
        #expect(found.files.map(\.bytes) == ["B.yml", "a.yml", "b.yml"].map { Array($0.utf8) })
    }

    @Test("a link to /dev/null masks, and one to another device does not")
    func mask() throws {
        let scratch = Scratch()
        scratch.link("a.yml", to: "/dev/null")
        scratch.link("b.yml", to: "a.yml")
        scratch.link("c.yml", to: "/dev/zero")
        let files = enforcing.read(directories: [scratch.path], toleratesMissing: false).files
        #expect(files.map(\.content) == [.mask, .mask, .unusable])
        #expect(files[2].messages == ["error: is no regular file"])
    }

    @Test("links are followed, over directories too")
    func links() throws {
        let scratch = Scratch()
        scratch.directory("profiles")
        scratch.directory("examples")
        scratch.file("examples/app.yml", "text")
        scratch.link("profiles/relative.yml", to: "../examples/app.yml")
        scratch.link("profiles/absolute.yml", to: "\(scratch.path)/examples/./app.yml")
        scratch.link("profiles/chain.yml", to: "relative.yml")
        scratch.link("profiles/directory.yml", to: "../examples")
        let found = advising.read(directories: ["\(scratch.path)/profiles"], toleratesMissing: false)
        #expect(found.files.map(\.name) == ["absolute.yml", "chain.yml", "relative.yml"])
        #expect(found.files.map(\.bytes) == Array(repeating: Array("text".utf8), count: 3))
    }

    @Test(
        "what cannot be read is there all the same, so that it replaces others",
        arguments: ["nowhere", "loop.yml", "a.fifo", "plain/a.yml"])
    func unreadable(target: String) throws {
        let scratch = Scratch()
        scratch.file("plain")
        mkfifo("\(scratch.path)/a.fifo", 0o600)
        scratch.link("loop.yml", to: target)
        let files = enforcing.read(directories: [scratch.path], toleratesMissing: false).files
        #expect(files.map(\.content) == [.unusable])
        #expect(files[0].findings.map(\.severity) == [.error])
    }

    @Test(
        "a file that others can write to is an error where trust is enforced, else a warning",
        arguments: [
            (0o664, "can be written by its group"), (0o646, "can be written by others"),
            (0o666, "can be written by its group and others"),
        ]
            as [(mode_t, String)]
    )
    func writableFile(mode: mode_t, message: String) throws {
        let scratch = Scratch()
        let path = scratch.file("a.yml", mode: mode)
        let enforced = try #require(enforcing.read(file: path))
        #expect(enforced.content == .unusable)
        #expect(enforced.messages == ["error: \(message)"])
        #expect(enforced.findings[0].hint == "run `chmod go-w \(path)`")
        let advised = try #require(advising.read(file: path))
        #expect(advised.bytes != nil)
        #expect(advised.messages == ["warning: \(message)"])
    }

    @Test("what a link leads to is named by its own path")
    func writableTarget() throws {
        let scratch = Scratch()
        scratch.file("a.txt", mode: 0o666)
        scratch.link("a.yml", to: "a.txt")
        let file = enforcing.read(directories: [scratch.path], toleratesMissing: false).files[0]
        #expect(file.content == .unusable)
        #expect(
            file.messages == [
                "error: a link leads to `\(scratch.path)/a.txt`, which can be written by its group and others"
            ]
        )
    }

    @Test("files in a directory that others can write to are out, and the directory is named once")
    func writableDirectory() throws {
        let scratch = Scratch()
        let directory = scratch.directory("profiles", mode: 0o775)
        scratch.file("profiles/a.yml")
        scratch.file("profiles/b.yml")
        let found = enforcing.read(directories: [directory], toleratesMissing: false)
        #expect(found.files.map(\.content) == [.unusable, .unusable])
        #expect(found.findings.map(\.description) == ["\(directory): error: can be written by its group"])
        #expect(advising.read(directories: [directory], toleratesMissing: false).files.allSatisfy { $0.bytes != nil })
    }

    @Test("a link through a directory that others can write to is not trusted, even if the file is")
    func writableOnTheWay() throws {
        let scratch = Scratch()
        scratch.directory("profiles")
        scratch.directory("open")
        scratch.directory("open/inner")
        scratch.file("open/inner/a.yml")
        scratch.link("profiles/a.yml", to: "../open/inner/a.yml")
        let directory = "\(scratch.path)/profiles"
        #expect(enforcing.read(directories: [directory], toleratesMissing: false).files[0].bytes != nil)
        chmod("\(scratch.path)/open", 0o777)
        let file = enforcing.read(directories: [directory], toleratesMissing: false).files[0]
        #expect(file.content == .unusable)
        #expect(
            file.messages == [
                "error: a link leads to `\(directory)/../open`, which can be written by its group and others"
            ]
        )
    }

    @Test(
        "what belongs to another user is not trusted, be it the file or its directory",
        .enabled(if: geteuid() == 0, "only root can give files away"),
        arguments: ["profiles", "profiles/a.yml"]
    )
    func foreign(name: String) throws {
        let scratch = Scratch()
        let directory = scratch.directory("profiles")
        scratch.file("profiles/a.yml")
        chown("\(scratch.path)/\(name)", 12345, 0)
        let found = enforcing.read(directories: [directory], toleratesMissing: false)
        #expect(found.files.map(\.content) == [.unusable])
        let messages = (found.findings + found.files.flatMap(\.findings)).map(\.message)
        #expect(messages == ["belongs to user 12345, not to root"])
        let own = SourceFileReader(trust: .enforced, owner: 12345).read(
            directories: [directory], toleratesMissing: false)
        #expect(own.files.allSatisfy { $0.bytes != nil && $0.findings.isEmpty })
    }

    @Test("a file is read up to a bound")
    func size() throws {
        let scratch = Scratch()
        let fitting = scratch.file("a.yml", String(repeating: "#", count: SourceFile.sizeLimit))
        let large = scratch.file("b.yml", String(repeating: "#", count: SourceFile.sizeLimit + 1))
        #expect(enforcing.read(file: fitting)?.bytes?.count == SourceFile.sizeLimit)
        #expect(enforcing.read(file: large)?.content == .unusable)
    }

    @Test("a directory may be missing only where that is said")
    func missing() throws {
        let scratch = Scratch()
        scratch.file("a.yml")
        let directories = [scratch.path, "\(scratch.path)/nowhere"]
        #expect(enforcing.read(directories: directories, toleratesMissing: true).findings.isEmpty)
        let found = enforcing.read(directories: directories, toleratesMissing: false)
        #expect(found.findings.map(\.message) == ["cannot be listed: no such file or directory"])
        #expect(!found.isComplete)
        #expect(found.files[0].content == .unusable)
    }

    @Test("a directory that cannot be listed takes out what it could replace, not what comes after it")
    func notListed() throws {
        let scratch = Scratch()
        let first = scratch.directory("first")
        let last = scratch.directory("last")
        scratch.file("first/a.yml")
        scratch.file("last/b.yml")
        let file = scratch.file("no-directory")
        let found = enforcing.read(directories: [first, file, last], toleratesMissing: true)
        #expect(found.files.map(\.name) == ["a.yml", "b.yml"])
        #expect(found.files[0].content == .unusable)
        #expect(found.files[1].bytes != nil)
        #expect(found.findings.map(\.message) == ["cannot be listed: not a directory"])
    }

    @Test("a file named by itself may have any ending, and a directory is none")
    func byPath() throws {
        let scratch = Scratch()
        let file = scratch.file("profile.txt")
        #expect(advising.read(file: file)?.bytes != nil)
        #expect(advising.read(file: file)?.path == file)
        #expect(advising.read(file: scratch.path) == nil)
        #expect(advising.isDirectory(scratch.path))
        #expect(!advising.isDirectory(file))
    }
}
