// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles
import Testing

private let good = "- {hosts: ['*'], commands: {GETINFO: [version]}}\n"
private let library = "/share/40_application.yml"

private func inventory(
    library shipped: [SourceFile] = [],
    inUse: [SourceFile] = [],
    facts: [String: ProfileInventory.Facts] = [:]
) -> ProfileInventory {
    ProfileInventory(
        library: shipped.map { ProfileLoader().load([$0]) },
        directories: ProfileLoader().load(inUse),
        facts: facts
    ) { $0.hasPrefix("/usr/") }
}

private func states(_ inventory: ProfileInventory) -> [String] {
    inventory.entries.map { entry in
        "\(entry.path) \(entry.state.rawValue)\(entry.replacedBy.map { " by \($0)" } ?? "")"
    }
}

@Suite struct ProfileInventoryTests {
    private let shipped = source(good, in: "/share/")
    private let mask = SourceFile(path: "/etc/40_application.yml", name: "40_application.yml", content: .mask)

    @Test("a file of the library is available until a link leads to it, whatever the link's name")
    func available() {
        #expect(states(inventory(library: [shipped])) == ["\(library) available"])
        let link = source(good, "90_other.yml", in: "/etc/")
        let linked = inventory(library: [shipped], inUse: [link], facts: [link.path: .init(libraryFile: library)])
        #expect(states(linked) == ["/etc/90_other.yml enabled"])
    }

    @Test("a file of the same name takes the place of the library's, and a mask masks it")
    func replaced() {
        let own = source(good, in: "/etc/")
        #expect(
            states(inventory(library: [shipped], inUse: [own]))
                == ["\(own.path) local", "\(library) overridden by \(own.path)"])
        #expect(
            states(inventory(library: [shipped], inUse: [source(good, in: "/usr/"), mask]))
                == [
                    "\(mask.path) mask", "/usr/40_application.yml masked by \(mask.path)",
                    "\(library) masked by \(mask.path)",
                ])
    }

    @Test("only what packages ship twice is reported: an administrator's file or mask is a decision")
    func twice() {
        let packaged = source(good, in: "/usr/")
        #expect(inventory(library: [shipped], inUse: [packaged]).shippedTwice.map(\.other) == [packaged.path])
        for decision in [mask, source(good, in: "/etc/")] {
            #expect(inventory(library: [shipped], inUse: [packaged, decision]).shippedTwice.isEmpty)
        }
    }

    @Test("a broken file names its first mistake; a link that leads nowhere is dangling rather than broken")
    func broken() throws {
        let hurt = source("- {hosts: 7, users: 8}\n", in: "/etc/")
        let entry = try #require(inventory(inUse: [hurt]).entries.first)
        #expect(entry.state == .broken)
        #expect(entry.isAmiss)
        #expect(entry.audience == nil)
        #expect(entry.mistake?.description.hasPrefix("/etc/40_application.yml:1:11: error:") == true)
        let gone = SourceFile(path: "/etc/gone.yml", name: "gone.yml", content: .unusable)
        #expect(
            states(inventory(inUse: [gone], facts: [gone.path: .init(isDangling: true)])) == ["/etc/gone.yml dangling"])
    }
}
