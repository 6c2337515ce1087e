// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Profiles
import Sessions
import TorLink

/// What holds for any session under `tor-browser-mode`, whatever tor says: of streams the client is shown its own alone, and of circuits
/// that one has closed which such a stream was on.
///
/// An input is steps, each ended by 0x1E: `c` and what the client sends, `t` and what tor says, `r` for the reply to the oldest command.
/// A stream that comes from an even port is the client's.
struct OwnershipProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        var session = OwnershipProperties()
        session.happen { $0.clientReceived(ByteBuffer(string: "AUTHENTICATE\r\nSETEVENTS STREAM CIRC\r\n")) }
        while !session.unanswered.isEmpty, !session.isReadyForInput { session.reply() }
        for step in input.split(separator: 0x1E) {
            switch step.first {
            case UInt8(ascii: "c"): session.happen { $0.clientReceived(ByteBuffer(bytes: step.dropFirst())) }
            case UInt8(ascii: "t"): session.sayAsTor(ByteBuffer(bytes: step.dropFirst()))
            case UInt8(ascii: "r"): session.reply()
            default: break
            }
            try session.checkShown()
        }
    }

    private static let policy: Policy = {
        let text = """
            - hosts: ['10.152.152.11']
              users: ['*']
              apparmor-profiles: ['*']
              tor-browser-mode: true
              commands: {GETINFO: ['circuit-status', 'stream-status', 'version']}
              events: [STREAM, CIRC]

            """
        let file = SourceFile(path: "own.yml", name: "own.yml", content: .bytes(Array(text.utf8)))
        return ProfileLoader(isStrict: true).load([file]).policySet.policy(for: SessionSubject.local)
    }()

    private var machine = SessionStateMachine(
        policy: policy,
        facts: SessionSubject.facts(of: SessionSubject.local),
        isComplaining: false,
        torVersion: nil
    )
    private var isClosed = false
    private var unanswered: [Command] = []
    private var toClient: [UInt8] = []
    private var fromTor: [UInt8] = []
    /// Streams that began at an even port, and circuits that the client was told of with one.
    private var ownStreams: Set<String> = []
    private var shownCircuits: Set<String> = []
    private var hasAuthenticated = false

    private var isReadyForInput: Bool { hasAuthenticated && unanswered.isEmpty }

    private mutating func happen(_ input: (inout SessionStateMachine) -> Void) {
        guard !isClosed else { return }
        input(&machine)
        while !isClosed {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            for action in actions { carryOut(action) }
        }
    }

    private mutating func carryOut(_ action: SessionAction) {
        switch action {
        case .observed(.torReady): hasAuthenticated = true
        case .sendToTor(let bytes):
            var framer = CommandFramer()
            framer.append(bytes)
            while case .command(let command) = framer.next() { unanswered.append(command) }
        case .sendToClient(let bytes): toClient += Array(bytes.readableBytesView)
        case .connectToTor: machine.torConnected(LinkConfiguration(transport: .unix), nonce: TorSide.nonce)
        case .readCookie: machine.cookieRead(.success(TorSide.cookie))
        case .askPermit: machine.permitGranted()
        case .findStreamSource(let source): machine.streamSourceKnown(isOwn: source.port.isMultiple(of: 2))
        case .close: isClosed = true
        default: break
        }
    }

    private mutating func reply() {
        guard !unanswered.isEmpty else { return }
        sayAsTor(TorAnswer.to(unanswered.removeFirst(), ""))
    }

    private mutating func sayAsTor(_ bytes: ByteBuffer) {
        fromTor += Array(bytes.readableBytesView)
        takeBeginnings()
        happen { $0.torReceived(bytes) }
    }

    /// Takes note of the streams that whole lines of tor's begin.
    private mutating func takeBeginnings() {
        while let end = fromTor.firstIndex(of: 0x0A) {
            let line = TorBytes.text(fromTor[..<end].filter { $0 != 0x0D })
            fromTor.removeSubrange(...end)
            // 650 STREAM, number, NEW, circuit and target; what stands behind may be a client's words, in quotes.
            let words = line.split(separator: " ", maxSplits: 6)
            guard words.count == 7, words[0].hasPrefix("650"), words[3].hasPrefix("NEW"),
                let source = Self.withoutQuoted(words[6]).split(separator: " ").first(where: {
                    $0.hasPrefix("SOURCE_ADDR=")
                }),
                let port = source.split(separator: ":").last.flatMap({ UInt16($0) })
            else { continue }
            if port.isMultiple(of: 2) { ownStreams.insert(String(words[2])) }
        }
    }

    private static func withoutQuoted(_ line: Substring) -> String {
        var result = ""
        var isQuoted = false
        var isEscaped = false
        for scalar in line.unicodeScalars {
            if isEscaped {
                isEscaped = false
            } else if scalar == "\\", isQuoted {
                isEscaped = true
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if !isQuoted {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private mutating func checkShown() throws(Violation) {
        while let end = toClient.firstIndex(of: 0x0A) {
            let line = TorBytes.text(toClient[..<end].filter { $0 != 0x0D })
            toClient.removeSubrange(...end)
            let words = line.split(separator: " ")
            guard words.count > 2, words[0].hasPrefix("650") else { continue }
            // Names of events are the same in any case.
            switch words[1].prefix(while: { $0 != "=" }).uppercased() {
            case "STREAM":
                try require(ownStreams.contains(String(words[2])), "somebody else's stream is shown: \(line)")
                if words.count > 4 { shownCircuits.insert(String(words[4])) }
            case "CIRC":
                try require(
                    words.count == 4 && words[3] == "CLOSED", "more of a circuit is shown than its end: \(line)")
                try require(shownCircuits.contains(String(words[2])), "somebody else's circuit is shown: \(line)")
            default: throw Violation(description: "an event that is not listed is shown: \(line)")
            }
        }
    }
}
