// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Testing

/// A whole conversation of a client, a session and tor, as a file of `Tests/Transcripts` tells it (README there).
struct Transcript: Sendable, CustomTestStringConvertible {
    /// What the fake tor does of its own accord.
    enum TorPart: String, Sendable {
        /// It lets us in by NULL, and the transcript begins after that.
        case ready
        /// Nobody listens.
        case absent
        /// Every line of the handshake is in the transcript.
        case shown
    }

    /// What tor says of its listeners when it is asked for them, before an ADD_ONION leaves.
    enum Listeners: String, Sendable {
        /// A control port, 9051, and a SOCKS port, 9050.
        case known
        case unknown
        /// The same as known, when the transcript says so.
        case later
    }

    /// `--complain`.
    enum Complaint: String, Sendable {
        case none
        /// For every client that a profile is for.
        case forProfiles = "complain"
        /// For the client's user, whether or not a profile is for it.
        case forUser = "complain=me"
    }

    enum Happening: String, Sendable, CaseIterable {
        case clientCloses = "client closes"
        case clientVanishes = "client vanishes"
        case clientStopsReading = "client stops reading"
        case clientReadsOn = "client reads on"
        case torCloses = "tor closes"
        case torGoes = "tor goes"
        case torReturns = "tor returns"
        case torTellsListeners = "tor tells its listeners"
        case nothingMore = "nothing more"
        case torHearsNothing = "tor hears nothing"
        case authenticated = "authenticated"
        case shutDown = "shut down"
    }

    enum Action: Sendable {
        case clientSends([UInt8])
        case torSends([UInt8])
        case clientGets([UInt8])
        case torGets([UInt8])
        case happens(Happening)
        case fires(timer: String)
        /// The session ends, for this reason.
        case closed(String)
        /// The audit trail holds a line that begins so.
        case audit(String)
    }

    struct Step: Sendable {
        let line: Int
        let action: Action
    }

    var name: String
    /// YAML of each profile file, in the order of their names; none for a client that no profile is for.
    var profiles: [String] = []
    var client = "unix"
    var tor = TorPart.ready
    var complaint = Complaint.none
    var listeners = Listeners.known
    /// Ends of connections to tor's SOCKS port that are the client's.
    var sources: Set<String> = []
    /// What tor has as client-auth credential for whatever service it is asked for.
    var credential: String?
    /// 32 characters; nil for a listener that asks for none.
    var cookie: String?
    var steps: [Step] = []

    var testDescription: String { name }
}

struct TranscriptError: Error, CustomStringConvertible {
    let description: String
}
