// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Profiles

/// Loads one file of the name `40_application.yml`.
func load(_ text: String, isStrict: Bool = false) -> LoadedProfiles {
    ProfileLoader(isStrict: isStrict).load([source(text)])
}

func source(_ text: String, _ name: String = "40_application.yml", in directory: String = "") -> SourceFile {
    SourceFile(path: directory + name, name: name, content: .bytes(Array(text.utf8)))
}

extension LoadedProfiles {
    /// Every diagnostic as one line, its hint behind an arrow, the file's name left out.
    var lines: [String] {
        diagnostics.map { diagnostic in
            let line = diagnostic.description.replacing("40_application.yml:", with: "")
            return line + (diagnostic.hint.map { " -> \($0)" } ?? "")
        }
    }

    /// What becomes of a command of a client, in few words: `filter`, `answer`, or the line that is sent.
    func outcome(_ line: String, from client: Client = .remote) -> String {
        let words = line.split(separator: " ", maxSplits: 1)
        guard let keyword = Keyword(words[0]),
            let command = Command(keyword: keyword, arguments: words.count > 1 ? String(words[1]) : "")
        else { return "no command" }
        var facts = SessionFacts(client: client)
        if let service = command.credentialInQuestion {
            facts.ownership.credentialAtTor = CredentialAtTor(service: service, state: .none)
        }
        switch policySet.policy(for: client).decide(command, facts: facts).decision {
        case .forward(let sent, _): return sent.line
        case .answer: return "answer"
        case .filter: return "filter"
        }
    }
}

extension Client {
    static let remote = Client(transport: .remote(.v4(0x0A98_980B), port: 40000))

    /// Alice's `/usr/bin/app`, confined, run as `app.service`.
    static let local = Client(
        transport: .unix(socket: nil),
        user: Account(id: 1000, name: "alice"),
        groups: [Account(id: 1000, name: "alice"), Account(id: 900, name: "onions")],
        executable: "/usr/bin/app",
        label: SecurityLabel(name: "app", mode: "enforce"),
        unit: .system("app.service")
    )
}
