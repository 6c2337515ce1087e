// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies

extension Client {
    /// Who the client is, in one line: `unix uid=1000(amnesia) pid=4711 exe=/usr/bin/onionshare apparmor=onionshare (enforce)`.
    /// Names come from the system and may hold anything: what could pass for another field stands in quotes, and what is not
    /// printable is escaped.
    package var auditText: String {
        var parts: [String] = []
        switch transport {
        case .unix(nil): parts.append("unix")
        case .unix(let socket?): parts.append("socket=\(socket.asLogValue)")
        case .loopback(let address, let port), .remote(let address, let port), .ownAddress(let address, let port):
            parts.append("tcp=\(address.bracketed):\(port)")
        }
        if let user { parts.append("uid=\(user.id)\(user.name.map { "(\($0.asLogValue))" } ?? "")") }
        if let processID { parts.append("pid=\(processID)") }
        if let executable {
            parts.append("exe=\(executable.asLogValue)")
        } else if let unverifiedExecutable {
            parts.append("exe=unknown(\(unverifiedExecutable.path.asLogValue)\(Self.doubt(unverifiedExecutable)))")
        }
        if let label {
            parts.append("apparmor=\(label.name.asLogValue)\(label.mode.map { "(\($0.asLogValue))" } ?? "")")
        }
        switch unit {
        case .system(let name)?: parts.append("unit=\(name.asLogValue)")
        case .user(let name, let owner)?:
            let isOwn = owner == user?.id
            let note = isOwn ? "" : "(does not count: of the service manager of uid \(owner), another user)"
            parts.append("unit=user:\(name.asLogValue)\(note)")
        case nil: break
        }
        if isLocal, user == nil { parts.append("uid=unknown") }
        return parts.joined(separator: " ").visible
    }

    /// Why an executable that the kernel names is not known for certain.
    private static func doubt(_ executable: UnverifiedExecutable) -> String {
        guard !executable.isInAnotherMountNamespace else { return ", in another mount namespace" }
        switch executable.doubt {
        case .owner(let user)?: return ", belongs to uid \(user)"
        case .writable?: return ", others than root can write it"
        case .elsewhere?: return ", the path leads to another file or to none"
        case nil: return ""
        }
    }
}

extension String {
    /// The text as a value among others: in quotation marks if it has a character that ends a value or begins one.
    var asLogValue: String {
        let special = Set(" \"'`()[]{};,=".utf8)
        guard isEmpty || utf8.contains(where: { special.contains($0) }) else { return self }
        return "\"" + reduce(into: "") { $0 += "\"\\".contains($1) ? "\\\($1)" : "\($1)" } + "\""
    }

    /// The text with control characters and what is not ASCII written as `\xNN`, byte by byte.
    package var visible: String {
        guard !utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return self }
        return utf8.reduce(into: "") { text, byte in
            if (0x20...0x7E).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += byte < 16 ? "\\x0" : "\\x"
                text += String(byte, radix: 16)
            }
        }
    }
}
