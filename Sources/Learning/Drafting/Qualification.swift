// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Audit
import ControlProtocol
import Policies

/// For whom a suggested profile is: as narrow as what the trail knows of the clients.
struct Qualification: Sendable {
    /// A key of the profile with its values as YAML.
    struct Entry: Hashable, Sendable {
        let key: String
        let values: [String]
    }

    private(set) var entries: [Entry] = []
    /// What who looks at the profile should know.
    private(set) var notes: [String] = []
    /// A socket that it asks for because nothing else tells its clients from others: they have to come by it.
    private(set) var socket: String?

    init(_ application: ObservedApplication, name: String) throws(SuggestionFailure) {
        let clients = application.clients
        switch application.identity {
        case .socket(let socket):
            guard SocketName.isValid(socket) else { throw .unnameable("its socket") }
            entries = [Entry(key: "sockets", values: ["{name: \(YAMLText.quoted(socket))}"])]
            try addUsers(clients)
            notes.append("Its socket is made again by this profile: give it the `group` and `mode` that it needs.")
        case .label(let label):
            try addUsers(clients)
            try add("apparmor-profiles", [label], "its AppArmor label")
            if clients.contains(where: { $0.labelMode != "enforce" && $0.labelMode != "kill" }) {
                notes.append(
                    "The label did not confine all of them (it was not enforced): it proves less than it seems to.")
                let executables = Set(clients.map(\.executable))
                if executables.count == 1, let path = executables.first ?? nil, Interpreter.name(at: path) == nil {
                    try add("exe-paths", [path], "its executable")
                }
            }
        case .executable(let path):
            try addUsers(clients)
            try addExecutable(path, clients, name)
        case .unit(let unit):
            try addUsers(clients)
            try add("units", [unit], "its unit")
            if unit.contains("*") { notes.append("The number of the scope is another each time: `*` stands for it.") }
        case .user:
            try addUsers(clients)
            addAnyProgram(clients, name)
        case .host:
            let addresses = Set(clients.compactMap(\.address)).sorted()
            guard !addresses.isEmpty, addresses.allSatisfy({ IPAddress($0) != nil }) else {
                throw .unnameable("its address")
            }
            try add("hosts", addresses, "its address")
            notes.append("Every program of that machine is meant.")
        case .unknown:
            throw .nothingKnown
        }
    }

    /// The same clients as a profile that is there is for.
    init(like selector: ClientSelector) {
        func add(_ key: String, _ values: [String]?) {
            if let values { entries.append(Entry(key: key, values: values.map(YAMLText.quoted))) }
        }
        add("sockets", selector.sockets?.sorted())
        add("users", selector.users?.listed)
        add("groups", selector.groups?.listed)
        add("apparmor-profiles", selector.appArmorProfiles?.listed)
        add("exe-paths", selector.executables?.listed)
        add("units", selector.units?.map(\.description))
        add("hosts", selector.hosts?.map(\.description))
    }

    private mutating func addUsers(_ clients: [AuditedClient]) throws(SuggestionFailure) {
        var users: Set<String> = []
        for client in clients {
            guard let uid = client.uid else {
                notes.append("Of some clients not even the user is known: `users` is anybody.")
                return try add("users", ["*"], "its user", isAnybody: true)
            }
            users.insert(client.user.flatMap { Self.isPlainName($0) ? $0 : nil } ?? String(uid))
        }
        try add("users", users.sorted(), "its user")
    }

    private static func isPlainName(_ name: String) -> Bool {
        (1...32).contains(name.utf8.count) && !name.utf8.allSatisfy(\.isDecimalDigit)
            && name.utf8.allSatisfy { $0.isLetter || $0.isDecimalDigit || "._-".utf8.contains($0) }
    }

    /// What is unconfined is known by its executable under `apparmor-profiles`; where no label is known, that never matches.
    private mutating func addExecutable(
        _ path: String,
        _ clients: [AuditedClient],
        _ name: String
    ) throws(SuggestionFailure) {
        let units = Set(clients.map(\.tellingUnit))
        let unit = units.count == 1 ? units.first ?? nil : nil
        if clients.allSatisfy({ $0.label != nil }) {
            try add("apparmor-profiles", [path], "its executable")
            if let unit { try add("units", [unit], "its unit") }
        } else {
            try add("exe-paths", [path], "its executable")
            if let unit {
                try add("units", [unit], "its unit")
            } else if clients.allSatisfy({ $0.unit != nil && $0.unitDoubt == nil }) {
                entries.append(Entry(key: "units", values: ["'*'"]))
            } else {
                addSocket(name)
            }
        }
    }

    /// Nothing that tells one program of the user from another.
    private mutating func addAnyProgram(_ clients: [AuditedClient], _ name: String) {
        let interpreters = Set(clients.compactMap { $0.executable.flatMap(Interpreter.name(at:)) }).sorted()
        let what =
            interpreters.isEmpty
            ? "Nothing but the user is known"
            : "An interpreter (\(interpreters.joined(separator: ", "))) is no program's name, and nothing else is known but the user"
        if clients.allSatisfy({ $0.label != nil }) {
            entries.append(Entry(key: "apparmor-profiles", values: ["'*'"]))
        } else if clients.allSatisfy({ $0.unit != nil && $0.unitDoubt == nil }) {
            entries.append(Entry(key: "units", values: ["'*'"]))
        } else {
            addSocket(name)
        }
        notes.insert(
            "\(what): this is for every program of that user. Give the program an AppArmor label, a unit or a group's socket of its "
                + "own, and name that.",
            at: 0)
    }

    private mutating func addSocket(_ name: String) {
        socket = name
        entries.insert(Entry(key: "sockets", values: ["{name: \(YAMLText.quoted(name)), mode: '0666'}"]), at: 0)
        notes.append(
            "Neither label nor unit of the clients is known, by which a profile could be for them: it asks for a socket, by which the "
                + "program has to come (`onion-sieve env \(name)`).")
    }

    /// Text of the trail is a value only if nothing in it could mean another, or more than one.
    private mutating func add(
        _ key: String,
        _ values: [String],
        _ what: String,
        isAnybody: Bool = false
    ) throws(SuggestionFailure) {
        for value in values where !isAnybody {
            guard !value.isEmpty, value != "*", value.utf8.count <= 256, value.utf8.allSatisfy(\.isPrintable) else {
                throw .unnameable(what)
            }
        }
        entries.append(Entry(key: key, values: values.map(YAMLText.quoted)))
    }
}
