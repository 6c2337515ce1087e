// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Profiles

extension AppArmorPolicy {
    func write(to text: inout PolicyText) {
        writeHead(to: &text)
        var opening = "profile \(PathLiteral.name(program.name.text))"
        if let attachment { opening += " \(attachment)" }
        if style.complains { opening += " flags=(complain)" }
        text.block(opening) { text in
            writeAccess(to: &text)
            text.blank()
            writeDenials(to: &text)
            text.blank()
            writeNetwork(to: &text)
            text.blank()
            writeProgram(to: &text)
            text.blank()
            writeEscapes(to: &text)
            text.blank()
            text.comment("What this program needs beside, and what it shall not have.")
            text.line("include if exists <\(localFile)>")
        }
    }

    /// Alternatives stand in braces behind the slash that all have in common: an attachment begins with one.
    private var attachment: String? {
        let paths = program.attachments
        guard paths.count > 1 else { return paths.first.map { $0.pattern() } }
        let patterns = paths.map { $0.escapedLiteral.dropFirst() }
        return "\"/{\(patterns.map { $0.replacing(",", with: "\\,") }.joined(separator: ","))}\""
    }

    // MARK: What it is and is not

    private func writeHead(to text: inout PolicyText) {
        let name = program.name.text
        text.comment("Policy \(name)")
        for profile in program.profiles { text.comment("profile \(VisibleText.escaped(profile))", bullet: "- ") }
        if program.attachments.isEmpty {
            text.comment(
                "It is attached to no executable. Something must start the program under it: `onion-sieve run`, `aa-exec -p "
                    + "\(name) -- COMMAND`, or AppArmorProfile=\(name) in its systemd unit.", bullet: "- ")
        }
        text.comment("What it cannot do:")
        switch style.abi {
        case .three:
            text.comment(
                "Keep the program from a socket by its path. A policy of abi 3.0 has no say in who connects, on any kernel: its "
                    + "rules for sockets say what is meant and stop no connection. Until it is made anew with `--abi 5.0`, for "
                    + "AppArmor 5 and Linux 6.17, it takes the group, mode and directory of tor's control socket, and cookie "
                    + "authentication: the cookie is a file, which this policy keeps from the program on every kernel.",
                bullet: "- ")
        case .five:
            text.comment(
                "Keep the program from a socket by its path before Linux 6.17, which is the first to ask AppArmor who may "
                    + "connect. There it takes the group, mode and directory of tor's control socket, and cookie "
                    + "authentication: the cookie is a file, which this policy keeps from the program on every kernel.",
                bullet: "- ")
        }
        if usesTCP {
            text.comment(
                "Tell one TCP port from another. The program needs TCP, so it can also reach a ControlPort of tor's, and go past "
                    + "tor. Let tor have none, or one with cookie authentication; a firewall or a network namespace keeps the "
                    + "program from the rest.", bullet: "- ")
        }
        text.comment(
            "Bind what others do for the program: the service manager and the bus of its user's session start programs outside of "
                + "this policy. It may write its user's files, but for those that shells, sessions and some programs are known to "
                + "run or to take commands from; there are others. Against a program that is hostile, give it a user of its own.",
            bullet: "- ")
        if style.complains {
            text.comment(
                "It is in complain mode, which keeps nothing from the program, tor's cookie neither: what no rule allows is let "
                    + "through and logged.",
                bullet: "- ")
        }
    }

    // MARK: Tor

    private func writeAccess(to text: inout PolicyText) {
        text.comment("The filtered control port.")
        for directory in ownDirectories {
            text.line("\(directory.pattern("/")) r,")
            text.line("\(directory.appending("control").pattern()) rw,")
            text.comment("The TOR_* variables that lead to it.")
            text.line("\(directory.appending("env").pattern()) r,")
        }
        for place in controlPlaces { write(place, to: &text) }
        if let cookie = surroundings.controlCookie {
            text.comment("The cookie of the filter, which opens nothing else.")
            text.line("\(cookie.pattern()) r,")
        }
        if !program.serviceSockets.isEmpty {
            text.comment("Where it listens for its services.")
            for pattern in program.serviceSockets.map({ $0.pattern() }).sorted() { text.line("\(pattern) rw,") }
        }
        text.comment("Tor's SOCKS port.")
        write(surroundings.socks, to: &text)
    }

    private func write(_ place: Surroundings.Place, to text: inout PolicyText) {
        switch place {
        case .unix(let path): text.line("\(path.pattern()) rw,")
        case .tcp(let address): text.comment("\(address), by the rules for the network below.")
        }
    }

    /// What policies keep from programs wherever tor has its data.
    package static let deniedTrees = ["/var/lib/tor-instances", "/etc/tor"]

    /// Deny rules stand above all others, those of abstractions and of local/ among them.
    private func writeDenials(to text: inout PolicyText) {
        func deny(_ pattern: String) { text.line("audit deny \(pattern) mrwklx,") }
        text.comment("Tor's own control sockets: whoever is let in there has tor.")
        for path in surroundings.torControl { deny(path.pattern()) }
        deny("@{run}/tor-instances/*/control")
        text.comment("The cookie that opens them.")
        deny(surroundings.torCookie.pattern())
        deny("@{run}/tor-instances/*/control.authcookie")
        text.comment("Keys of relays and services, guards, and what else tor keeps.")
        deny(surroundings.torData.pattern("/{,**}"))
        deny("/var/lib/tor-instances/{,**}")
        text.comment("Bridges, and the hash of a control password; torsocks.conf is for applications.")
        deny("/etc/tor/{,[^t]**,t[^o]**,to[^r]**,tor[^s]**}")
    }

    private func writeNetwork(to text: inout PolicyText) {
        if usesTCP {
            text.comment(
                "TCP\(program.publishes ? ", also to listen for its services" : ""). No UDP and no abstractions/nameservice: "
                    + "tor resolves names, and DNS would go past it.")
            text.line("network inet stream,")
            text.line("network inet6 stream,")
        } else {
            text.comment(
                "No network: the filter and SOCKS are on Unix sockets, so that nothing can go past tor, and no ControlPort be "
                    + "reached.")
        }
    }
}
