// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

private let broken = "- hosts: ['*'\n"

private func allowing(_ key: String) -> String { "- {hosts: ['*'], commands: {GETINFO: [\(key)]}}\n" }

@Suite struct ProfileLoaderTests {
    private func statuses(_ loaded: LoadedProfiles) -> [LoadedProfiles.File.Status] { loaded.files.map(\.status) }

    @Test("a file in a later directory replaces the file of its name, whole")
    func replaces() {
        let loaded = ProfileLoader().load([
            source(allowing("version"), in: "/usr/"), source(allowing("config-file"), in: "/etc/"),
        ])
        #expect(statuses(loaded) == [.replaced(by: "/etc/40_application.yml"), .used])
        #expect(loaded.outcome("GETINFO version") == "filter")
        #expect(loaded.outcome("GETINFO config-file") == "GETINFO config-file")
        #expect(loaded.profileCount == 1)
    }

    @Test(
        "what cannot be used still keeps out what it replaces",
        arguments: [
            SourceFile.Content.bytes(Array(broken.utf8)), .bytes([]), .mask, .unusable,
        ]
    )
    func staysOut(content: SourceFile.Content) {
        let later = SourceFile(path: "/etc/40_application.yml", name: "40_application.yml", content: content)
        let other = source(allowing("version"), "50_other.yml", in: "/usr/")
        let loaded = ProfileLoader().load([source(allowing("address"), in: "/usr/"), other, later])
        #expect(loaded.outcome("GETINFO address") == "filter")
        #expect(loaded.outcome("GETINFO version") == "GETINFO version")
        #expect(loaded.files[1].status == .used)
    }

    @Test("mistakes in a file that is replaced are no errors, since replacing it mends them")
    func softened() {
        let loaded = ProfileLoader().load([source(broken, in: "/usr/"), source(allowing("version"), in: "/etc/")])
        #expect(loaded.count(of: .error) == 0)
        #expect(loaded.count(of: .warning) == 1)
        #expect(
            loaded.diagnostics[0].description
                == "/usr/40_application.yml: note: not used: `/etc/40_application.yml` replaces it"
        )
    }

    @Test("files decide in byte-wise order of their names, wherever they lie, later names first")
    func ordered() {
        func answering(_ name: String, _ status: Int, in directory: String) -> SourceFile {
            source(
                "- {hosts: ['*'], commands: {GETINFO: [{pattern: '.*', replacement: \(name)}]}}\n".replacing(
                    "9", with: "9"),
                "\(status)_\(name).yml",
                in: directory
            )
        }
        let files = [
            answering("a", 50, in: "/usr/"), answering("B", 50, in: "/etc/"), answering("c", 40, in: "/local/"),
        ]
        let loaded = ProfileLoader().load(files)
        #expect(loaded.outcome("GETINFO version") == "GETINFO a")
        #expect(loaded.policySet.policy(for: .remote).profileNames == ["40_c", "50_B", "50_a"])
    }

    @Test("diagnostics of all files come in the order of the files' names and of places in them")
    func sorted() {
        let mistakes = "- hosts: ['*']\n  commands: {GETINFO: ['(', ')']}\n  users: x\n"
        let loaded = ProfileLoader().load(
            [source(mistakes, "b.yml", in: "/usr/"), source(mistakes, "a.yml", in: "/etc/")],
            findings: [Diagnostic(file: "/local", severity: .error, message: "cannot be listed")]
        )
        let places = loaded.diagnostics.map { $0.file + ($0.mark.map { " \($0)" } ?? "") }
        #expect(
            places == [
                "/local", "/etc/a.yml 2:25", "/etc/a.yml 2:30", "/etc/a.yml 3:10", "/usr/b.yml 2:25", "/usr/b.yml 2:30",
                "/usr/b.yml 3:10",
            ]
        )
    }

    @Test("a file that has become empty is one that is being written, and keeps what it said before")
    func emptied() {
        let full = ProfileLoader().load([source(allowing("version"))])
        let emptied = ProfileLoader(previous: full).load([source("")])
        #expect(emptied.files[0].status == .kept)
        #expect(emptied.outcome("GETINFO version") == "GETINFO version")
        // Who takes out what is in it says so.
        let commented = ProfileLoader(previous: emptied).load([source("# nothing\n")])
        #expect(commented.files[0].status == .empty)
        #expect(commented.outcome("GETINFO version") == "filter")
        #expect(ProfileLoader().load([source("")]).files[0].status == .empty)
    }

    @Test("a file that has got mistakes keeps what it said before, until it is mended, masked or gone")
    func kept() {
        let first = ProfileLoader().load([source(allowing("version"))])
        let second = ProfileLoader(previous: first).load([source(broken)])
        #expect(second.files[0].status == .kept)
        #expect(second.count(of: .error) == 1)
        #expect(second.count(of: .note) == 1)
        // What is only shown or played need not be held until then.
        let third = ProfileLoader(previous: second.forUse).load([source(broken)])
        #expect(second.forUse.sources.isEmpty && second.forUse.diagnostics.isEmpty)
        #expect(third.outcome("GETINFO version") == "GETINFO version")
        let mended = ProfileLoader(previous: third).load([source(allowing("config-file"))])
        #expect(mended.outcome("GETINFO version") == "filter")
        let masked = ProfileLoader(previous: third).load([
            SourceFile(path: "40_application.yml", name: "40_application.yml", content: .mask)
        ])
        #expect(masked.outcome("GETINFO version") == "filter")
        let gone = ProfileLoader(previous: third).load([])
        #expect(gone.outcome("GETINFO version") == "filter")
    }

    @Test("a broken file that newly replaces another does not fall back to it")
    func newlyBroken() {
        let before = ProfileLoader().load([source(allowing("version"), in: "/usr/")])
        let after = ProfileLoader(previous: before).load([
            source(allowing("version"), in: "/usr/"), source(broken, in: "/etc/"),
        ])
        #expect(after.outcome("GETINFO version") == "filter")
        #expect(statuses(after) == [.replaced(by: "/etc/40_application.yml"), .broken])
    }
}
