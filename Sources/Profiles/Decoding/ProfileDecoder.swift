// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import YAML

/// Reads nodes as profiles, and names every mistake on the way.
///
/// What cannot be read is left out of the result and makes an error, so that the file as a whole is left out; that
/// reading goes on is for the sake of the other mistakes.
struct ProfileDecoder {
    var findings: Findings
    /// The name of a profile that gives itself none.
    let defaultName: String

    init(defaultName: String, findings: Findings) {
        self.defaultName = defaultName
        self.findings = findings
    }

    /// The profiles of a file from the root nodes of its documents.
    mutating func decode(_ documents: [Node]) -> [Profile] {
        if documents.count > 1 {
            findings.error(
                "the file has more than one document, where one is read",
                at: documents[1].mark,
                hint: "put all profiles into one list, and take out the line `---` between them"
            )
        }
        guard let root = documents.first, root.scalar?.isNull != true, root.sequence?.isEmpty != true else {
            findings.warning(
                .doesNothing,
                "no profile in it",
                at: .start,
                hint: "to take a file of the same name in another directory out of use, link this one to /dev/null"
            )
            return []
        }
        switch root.content {
        case .mapping: return [decodeProfile(root)].compactMap(\.self)
        case .sequence(let nodes): return nodes.compactMap { decodeProfile($0) }
        case .scalar:
            findings.error("expected a list of profiles, found \(found(root))", at: root.mark)
            return []
        }
    }

    private mutating func decodeProfile(_ node: Node) -> Profile? {
        guard let entries = entries(of: node, as: ProfileKey.self) else { return nil }
        var profile = Profile(name: defaultName, mark: node.mark)
        for (key, entry) in entries {
            let value = entry.value
            if let spelling = entry.key.scalar?.text, spelling != key.rawValue {
                profile.legacyKeys.append((spelling, key, entry.key.mark))
            }
            if key.isQualifier { profile.qualifiers[key] = QualifierEntry(entry) }
            switch key {
            case .name:
                guard let name = decodeName(value) else { continue }
                profile.name = name.text
                profile.nameMark = name.mark
            case .appArmorProfiles: profile.selector.appArmorProfiles = decodeValues(value, of: key)
            case .executables: profile.selector.executables = decodeExecutables(value)
            case .users: profile.selector.users = decodeValues(value, of: key)
            case .groups: profile.selector.groups = decodeValues(value, of: key)
            case .hosts: profile.selector.hosts = decodeHosts(value)
            case .units: profile.selector.units = decodeUnits(value)
            case .commands: profile.commands = decodeCommands(value)
            case .confs: profile.confs = decodeConfs(value)
            case .events: profile.events = decodeEvents(value)
            case .torBrowserMode: profile.isTorBrowserMode = bool(value, "`\(key.rawValue)`") ?? false
            case .complain: profile.complains = bool(value, "`complain`") ?? false
            case .sockets: (profile.selector.sockets, profile.sockets) = decodeSockets(value)
            case .onions: profile.onions = decodeOnions(entry)
            case .limits: profile.limits = decodeLimits(value)
            case .tests: profile.tests = decodeTests(value)
            }
        }
        return profile
    }

    private mutating func decodeName(_ node: Node) -> WrittenText? {
        guard let name = text(node, "`name`") else { return nil }
        guard !name.text.isEmpty, name.text == VisibleText.escaped(name.text) else {
            findings.error("expected a name that can be shown on one line", at: name.mark)
            return nil
        }
        return name
    }
}
