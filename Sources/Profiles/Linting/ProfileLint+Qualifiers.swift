// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import YAML

extension ProfileLint {
    mutating func checkLegacyKeys() {
        for legacy in profile.written.legacyKeys {
            tell(
                .legacyKey, "`\(legacy.spelling)` is how older versions spell `\(legacy.key.rawValue)`",
                at: legacy.mark,
                hint: "write `\(legacy.key.rawValue)`"
            )
        }
    }

    mutating func checkQualifiers() {
        checkHosts()
        checkLocalQualifiers()
        checkSockets()
        for value in profile.written.qualifiers[.appArmorProfiles]?.values ?? [] where value.text == "unconfined" {
            tell(
                .matchesNobody,
                "`unconfined` matches nobody: a program without a label is known by its executable",
                at: value.mark,
                hint: "write the path of the program, as in `/usr/bin/app`"
            )
        }
        for key in [ProfileKey.appArmorProfiles, .executables] {
            for value in profile.written.qualifiers[key]?.values ?? [] {
                guard let program = Interpreter.name(at: value.text) else { continue }
                tell(
                    .interpreter,
                    "`\(value.text)` is every program of these users that \(program) runs, and no certain one",
                    at: value.mark,
                    hint: "give the program an AppArmor label or a unit of its own, and name that"
                )
            }
        }
    }

    private mutating func checkHosts() {
        for value in profile.written.qualifiers[.hosts]?.values ?? [] {
            guard let entry = HostEntry(value.text) else { continue }
            if entry.isLoopback {
                tell(
                    .matchesNobody,
                    "`\(value.text)` matches nobody: who comes from this machine is known by `users`, not by `hosts`",
                    at: value.mark,
                    hint: "name the program by `users` with `apparmor-profiles` or `units`, or give it a socket"
                )
            } else if entry.isEverybody {
                tell(
                    .matchesEverybody,
                    "`\(value.text)` is every machine that reaches a listener",
                    at: value.mark,
                    hint: "name addresses or networks, as in `10.152.152.0/24`"
                )
            } else if entry.isBeyondOneNetwork {
                tell(
                    .matchesEverybody,
                    "`\(value.text)` is wider than any one network, and machines of strangers are in it",
                    at: value.mark,
                    hint: "name the network itself, as in `10.152.152.0/24`"
                )
            }
        }
    }

    /// Every local client: any user, and nothing besides that tells one program from another.
    private mutating func checkLocalQualifiers() {
        let selector = profile.compiled.selector
        let qualifiers = profile.written.qualifiers
        guard selector.sockets == nil, selector.canMatchLocal, selector.users == .any,
            selector.groups.map({ $0 == .any }) ?? true, selector.executables.map({ $0 == .any }) ?? true,
            selector.appArmorProfiles.map({ $0 == .any }) ?? true,
            selector.units.map({ $0.contains(where: \.isAnyName) }) ?? true,
            let mark = (qualifiers[.appArmorProfiles] ?? qualifiers[.units])?.mark
        else { return }
        tell(
            .matchesEverybody,
            "every program of every user of this machine is meant",
            at: mark,
            hint: "name the program by its AppArmor label or its unit, or its user"
        )
    }

    /// A socket that everybody may connect to, with nothing besides.
    private mutating func checkSockets() {
        let selector = profile.compiled.selector
        guard selector.appArmorProfiles == nil, selector.executables == nil, (selector.users ?? .any) == .any,
            selector.groups == nil, selector.units == nil
        else { return }
        for request in profile.compiled.sockets where request.socket.mode & 0o002 != 0 {
            tell(
                .matchesEverybody,
                "everybody on this machine may connect to the socket `\(request.socket.name)`, and nothing else is asked of them",
                at: request.origin.mark,
                hint: "give it a `group` and the mode `'0660'`, or the profile `users`"
            )
        }
    }
}

extension HostEntry {
    fileprivate var isLoopback: Bool {
        switch self {
        case .any: false
        case .address(let address): address.isLoopback
        case .network(let address, let length):
            address.isLoopback
                || address.bitCount == 32 && length >= 8 && address.masked(to: 8) == IPAddress.loopback.masked(to: 8)
        }
    }

    fileprivate var isEverybody: Bool {
        switch self {
        case .any, .network(_, prefixLength: 0): true
        case .address, .network: false
        }
    }

    /// Shorter than the widest networks that anybody has to himself: 10.0.0.0/8, and of IPv6 a /16, but for unique local and
    /// link-local addresses (RFC 4193, RFC 4291).
    fileprivate var isBeyondOneNetwork: Bool {
        guard case .network(let address, let length) = self else { return false }
        switch address {
        case .v4: return length < 8
        case .v6(let high, _):
            let isOwn = length >= 7 && high >> 57 == 0xFC >> 1 || length >= 10 && high >> 54 == 0xFE80 >> 6
            return length < 16 && !isOwn
        }
    }
}
