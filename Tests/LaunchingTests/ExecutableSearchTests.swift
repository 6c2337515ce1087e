// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Launching
import TestSupport
import Testing

private func made(_ files: (name: String, mode: mode_t)...) -> TemporaryDirectory {
    let directory = TemporaryDirectory()
    for file in files { directory.file(file.name, mode: file.mode) }
    return directory
}

@Suite("The file that a command stands for")
struct ExecutableSearchTests {
    @Test("The first executable file of the name counts; others of it are passed over")
    func firstExecutable() throws {
        let first = made(("thing", 0o644))
        let second = made(("thing", 0o755))
        let path = "/nonexistent:\(first.path):\(second.path):/usr/bin"
        let found = try ExecutableSearch("thing", directories: path)
        #expect(found.path == "\(second.path)/thing")
        #expect(found.resolvedPath == found.path)
    }

    @Test("A command with a slash is looked for nowhere else, and links are followed to the name that AppArmor knows")
    func path() throws {
        let directory = made(("thing", 0o755))
        symlink("thing", "\(directory.path)/link")
        let found = try ExecutableSearch("\(directory.path)/link", directories: "/usr/bin")
        #expect(found.path == "\(directory.path)/link")
        #expect(found.resolvedPath == "\(directory.path)/thing")
        #expect(throws: LaunchFailure.self) { try ExecutableSearch("./thing", directories: directory.path) }
    }

    @Test(
        "What is not there is 127, what is there and cannot be executed 126",
        arguments: [
            ("data", 126), ("directory", 126), ("nothing", 127), ("", 127),
        ])
    func statuses(command: String, status: Int32) {
        let directory = made(("data", 0o644))
        mkdir("\(directory.path)/directory", 0o755)
        var got: Int32?
        do throws(LaunchFailure) {
            _ = try ExecutableSearch(command, directories: directory.path)
        } catch {
            got = error.status
        }
        #expect(got == status)
    }

    @Test("Without PATH the system's own commands are found")
    func noPath() throws {
        #expect(try ExecutableSearch("env", directories: nil).path == "/usr/bin/env")
    }
}
