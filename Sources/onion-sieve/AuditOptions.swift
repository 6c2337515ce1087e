// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ArgumentParser
import Audit
import Daemon
import Glibc

/// Where `serve` records what is asked and refused.
struct AuditOptions: ParsableArguments {
    @Option(
        name: .customLong("audit"),
        help: ArgumentHelp(
            "Where the audit trail goes: a file, by its path, `stderr`, `journal`, `log` (readable lines among the others), or "
                + "`none`. (default: stderr, or log if that is a terminal)",
            valueName: "place"
        ),
        completion: .file()
    )
    var place: String?

    @Option(
        name: .customLong("audit-level"),
        help: ArgumentHelp(
            "What is in it: every decision (`decisions`), what was refused (`filtered`), or every decision and the names of events "
                + "that were kept from clients (`all-with-events`).",
            valueName: "level"
        )
    )
    var level = AuditLevel.decisions

    @Option(
        name: .customLong("audit-failure"),
        help: ArgumentHelp(
            "What becomes of sessions that cannot be recorded: `close`, or `continue`.", valueName: "consequence")
    )
    var failure = AuditConfiguration.Failure.close

    func validate() throws { _ = try destination() }

    var configuration: AuditConfiguration {
        get throws { AuditConfiguration(destination: try destination(), level: level, failure: failure) }
    }

    private func destination() throws -> AuditConfiguration.Destination {
        switch place {
        case nil: isatty(STDERR_FILENO) == 1 ? .log : .standardError
        case "stderr"?: .standardError
        case "journal"?: .journal
        case "log"?: .log
        case "none"?: AuditConfiguration.Destination.none
        case let path? where path.contains("/"): .file(path)
        case let text?:
            throw ValidationError("--audit \(text): expected a path with a slash, stderr, journal, log or none")
        }
    }
}

extension AuditLevel: ExpressibleByArgument {}
extension AuditConfiguration.Failure: ExpressibleByArgument {}
