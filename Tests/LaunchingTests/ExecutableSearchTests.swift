// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Glibc
import Launching
import Testing

/// A directory with files of some modes, gone with its owner.
private final class Directory {
    let path: String

    init(_ files: [(name: String, mode: mode_t)]) {
        var template = Array("/tmp/launching-XXXXXX".utf8CString)
        path = mkdtemp(&template).map { String(cString: $0) } ?? ""
        for file in files {
            close(open("\(path)/\(file.name)", O_CREAT | O_WRONLY, file.mode))
            chmod("\(path)/\(file.name)", file.mode)
        }
    }

    deinit {
        for name in ["thing", "data", "directory", "link"] {
            unlink("\(path)/\(name)")
            rmdir("\(path)/\(name)")
        }
        rmdir(path)
    }
}

@Suite("The file that a command stands for")
struct ExecutableSearchTests {
    @Test("The first executable file of the name counts; others of it are passed over")
    func firstExecutable() throws {
        let first = Directory([("thing", 0o644)])
        let second = Directory([("thing", 0o755)])
        let path = "/nonexistent:\(first.path):\(second.path):/usr/bin"
        let found = try ExecutableSearch("thing", directories: path)
        #expect(found.path == "\(second.path)/thing")
        #expect(found.resolvedPath == found.path)
    }

    @Test("A command with a slash is looked for nowhere else, and links are followed to the name that AppArmor knows")
    func path() throws {
        let directory = Directory([("thing", 0o755)])
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
        let directory = Directory([("data", 0o644)])
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
