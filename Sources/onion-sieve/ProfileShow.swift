// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Daemon
import Policies
import Profiles

/// `onion-sieve profile show`: what a client is allowed, or what profiles say, and where it is written.
struct ProfileShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a client may do, or what profiles allow, with the place of every line.",
        discussion: """
            With the client alone, the profiles that are in use and for it, merged as its sessions get them. With names, those \
            profiles, in use or not; with both, what they would allow that client. A name with a slash is a path.

            Lines stand in the order in which they decide. Exit status is 1 if a profile has mistakes or no profile is for the \
            client.
            """
    )

    @OptionGroup
    var options: LibraryOptions

    @OptionGroup(title: "The client")
    var client: ClientOptions

    @Flag(help: "Print one JSON object a line, one for each line of the policy.")
    var json = false

    @Argument(help: ArgumentHelp("Profiles, of the directories or else of the library.", valueName: "name"))
    var names: [String] = []

    func validate() throws {
        guard !names.isEmpty || client.isGiven else {
            throw ValidationError("name a profile, or say who the client is: \(ClientOptions.ways)")
        }
    }

    func run() async throws {
        let console = Console()
        let loaded = try load(console)
        for diagnostic in loaded.diagnostics where diagnostic.severity == .error {
            console.printError(DiagnosticRenderer(sources: loaded.sources).render(diagnostic), terminator: "")
        }
        let policy = client.isGiven ? loaded.policySet.policy(for: client.client) : loaded.policySet.everything
        let listing = PolicyListing(policy)
        if json {
            for section in listing.sections {
                for line in section.lines { console.print(Self.json(line, in: section)) }
            }
        } else {
            console.print(listing.text, terminator: "")
        }
        guard !policy.isEmpty else {
            console.printError(
                "onion-sieve: no profile is for this client: everything but what is always answered is filtered")
            throw ExitCode(1)
        }
        if loaded.count(of: .error) > 0 { throw ExitCode(1) }
    }

    private func load(_ console: Console) throws -> LoadedProfiles {
        names.isEmpty ? options.open().inUse().loaded : try options.places.load(names, console)
    }

    private static func json(_ line: PolicyListing.Line, in section: PolicyListing.Section) -> String {
        let details = line.details.map { detail in
            let origin = JSON.string("\(detail.origin ?? line.origin)")
            return "{\"label\":\(JSON.string(detail.label)),\"text\":\(JSON.string(detail.text)),\"origin\":\(origin)}"
        }
        let members = [
            ("section", JSON.string(section.title)), ("effect", JSON.string(line.effect)),
            ("text", JSON.string(line.text)),
            ("profile", JSON.string(line.profile)), ("origin", JSON.string("\(line.origin)")),
            ("details", "[\(details.joined(separator: ","))]"),
        ]
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
