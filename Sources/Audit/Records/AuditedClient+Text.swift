// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

extension AuditedClient {
    /// Who the client is, in one line: `unix uid=1000(amnesia) pid=4711 exe=/usr/bin/onionshare apparmor=onionshare(enforce)`.
    /// Names come from the system and may hold anything: what could pass for another field stands in quotes, and what is not
    /// printable is escaped.
    package var text: String {
        var parts: [String] = []
        switch transport {
        case .unix: parts.append("unix")
        case .socket: parts.append("socket=\((socket ?? "").asLogValue)")
        case .loopback, .remote:
            let host = address ?? ""
            parts.append("tcp=\(host.utf8.contains(0x3A) ? "[\(host)]" : host)\(port.map { ":\($0)" } ?? "")")
        }
        if let uid { parts.append("uid=\(uid)\(user.map { "(\($0.asLogValue))" } ?? "")") }
        if let pid { parts.append("pid=\(pid)") }
        if let executable {
            parts.append("exe=\(executable.asLogValue)")
        } else if let claimedExecutable {
            parts.append("exe=unknown(\(claimedExecutable.asLogValue)\(executableDoubt.map { ", \($0)" } ?? ""))")
        }
        if let label { parts.append("apparmor=\(label.asLogValue)\(labelMode.map { "(\($0.asLogValue))" } ?? "")") }
        if let unit {
            let name = unit.hasPrefix("user:") ? "user:\(String(unit.dropFirst(5)).asLogValue)" : unit.asLogValue
            parts.append("unit=\(name)\(unitDoubt.map { "(does not count: \($0))" } ?? "")")
        }
        if transport != .remote, uid == nil { parts.append("uid=unknown") }
        return parts.joined(separator: " ").visible
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
