// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies

extension Client {
    /// Who the client is, in one line: `unix uid=1000(amnesia) pid=4711 exe=/usr/bin/onionshare apparmor=onionshare (enforce)`.
    /// Names come from the system and may hold anything, so they are written with what is not printable escaped.
    package var auditText: String {
        var parts: [String] = []
        switch transport {
        case .unix(nil): parts.append("unix")
        case .unix(let socket?): parts.append("socket=\(socket)")
        case .loopback(let address, let port), .remote(let address, let port), .ownAddress(let address, let port):
            parts.append("tcp=\(address.bracketed):\(port)")
        }
        if let user { parts.append("uid=\(user.id)\(user.name.map { "(\($0))" } ?? "")") }
        if let processID { parts.append("pid=\(processID)") }
        if let executable { parts.append("exe=\(executable)") }
        if let label { parts.append("apparmor=\(label.name)\(label.mode.map { "(\($0))" } ?? "")") }
        switch unit {
        case .system(let name)?: parts.append("unit=\(name)")
        case .user(let name, _)?: parts.append("unit=user:\(name)")
        case nil: break
        }
        if isLocal, user == nil { parts.append("uid=unknown") }
        return parts.joined(separator: " ").visible
    }
}

extension String {
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
