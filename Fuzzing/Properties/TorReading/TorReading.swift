// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

/// What a command asks of tor, as tor reads it: control_cmd_parse_args and the handlers behind it (src/feature/control/control_cmd.c,
/// control_getinfo.c), and control-spec section 3.
///
/// It is written from those, and not from `ControlProtocol`, so that the two can be held against each other: what the one lets out must
/// be what the other takes in. `Fuzzing/tor-reads` holds it against a real tor.
enum TorReading: Hashable, Sendable {
    struct Assignment: Hashable, Sendable {
        /// The full name; nil for one that tor does not know.
        let option: String?
        let value: String
    }

    case information([String])
    /// Nil for an option that tor does not know.
    case options([String?])
    case assignments([Assignment])
    case events([String])
    case service(TorService)
    /// Any other command: its words.
    case other([String])
    /// Tor answers with an error and does nothing.
    case refused

    init(_ command: TorCommand) {
        let words = TorBytes.split(command.arguments, at: 0x20)
        switch command.name {
        case "GETINFO":
            // Compared by strcmp.
            self = .information(words.map(TorBytes.text))
        case "GETCONF":
            self = .options(words.map(TorOptionName.canonical))
        case "SETCONF", "RESETCONF":
            // No positional argument, so that all of it is keyword arguments: none at all are none to set.
            guard let pairs = TorKeywordLine.parse(command.arguments, [.quoted, .omitValues]) else {
                self = .refused
                return
            }
            self = .assignments(
                pairs.map { Assignment(option: TorOptionName.canonical($0.key), value: TorBytes.text($0.value)) })
        case "SETEVENTS":
            // Compared by strcasecmp; two that tor has retired are passed over.
            let names = words.map { TorBytes.text(TorBytes.lowercased($0)) }
            self = .events(names.filter { !["extended", "authdir_newdescs"].contains($0) })
        case "ADD_ONION":
            self = TorService(command.arguments).map(TorReading.service) ?? .refused
        default:
            self = .other(words.map(TorBytes.text))
        }
    }
}
