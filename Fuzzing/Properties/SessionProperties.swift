// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import NIOCore
import Policies
import Sessions
import TorLink

/// What holds for any session, whatever its client and its tor do, in any order that two connections know: what has not been
/// connected neither speaks nor closes, and a cookie is read when it is asked for.
///
/// An input is a letter that says whose session it is, and steps, each ended by 0x1E: a letter for what happens, and what
/// belongs to it.
struct SessionProperties {
    static func check(_ input: [UInt8]) throws(Violation) {
        var session = SessionProperties(SessionSubject(input.first))
        try session.settle()
        for step in input.dropFirst().split(separator: 0x1E) {
            guard let letter = step.first else { continue }
            try session.take(letter, step.dropFirst())
        }
        try session.comeToRest()
        try session.checkNobodyWaits()
    }

    private var machine: SessionStateMachine
    private var client: ClientSide
    private var tor: TorSide
    private var isClosed = false
    private var isClientWritable = true
    private var hasClientClosed = false
    private var isAskingListeners = false
    private var askedPaths: [String] = []
    private var isCookieWanted = false

    private init(_ subject: SessionSubject) {
        machine = SessionStateMachine(
            policy: subject.policy,
            facts: subject.facts,
            isComplaining: subject.isComplaining,
            torVersion: nil
        )
        client = ClientSide(subject)
        tor = TorSide(subject)
    }

    // MARK: What happens

    private mutating func take(_ letter: UInt8, _ rest: ArraySlice<UInt8>) throws(Violation) {
        switch letter {
        case UInt8(ascii: "c"): try sayAsClient(Stream(rest, bound: Limits.clientFrame).whole)
        case UInt8(ascii: "C"): try closeAsClient()
        case UInt8(ascii: "L"): try happen { $0.clientLost() }
        case UInt8(ascii: "t"): try sayAsTor(Stream(rest, bound: Limits.torLine).whole)
        case UInt8(ascii: "r"): if let reply = tor.reply(String(decoding: rest, as: UTF8.self)) { try sayAsTor(reply) }
        case UInt8(ascii: "N"): try connect(rest.first)
        case UInt8(ascii: "n"): try connectAndAuthenticate()
        case UInt8(ascii: "F"): try failToConnect(rest.first)
        case UInt8(ascii: "X"): try closeAsTor()
        case UInt8(ascii: "k"): try giveCookie(TorSide.cookie)
        // One byte short of a cookie at most, since tor may be shown no other cookie than its own.
        case UInt8(ascii: "K"): try giveCookie(Secret(rest.prefix(31)))
        case UInt8(ascii: "g"): try tellListeners(String(decoding: rest, as: UTF8.self))
        case UInt8(ascii: "G"):
            isAskingListeners = false
            try happen { $0.listenersKnown(nil, realPaths: [:]) }
        case UInt8(ascii: "p"): try setClientWritable(false)
        case UInt8(ascii: "P"): try setClientWritable(true)
        case UInt8(ascii: "S"): try happen { $0.shutDown() }
        case UInt8(ascii: "T"): try fire(rest.first)
        default: break
        }
    }

    private mutating func sayAsClient(_ bytes: ByteBuffer) throws(Violation) {
        guard !hasClientClosed else { return }
        client.send(bytes)
        try happen { $0.clientReceived(bytes) }
    }

    private mutating func closeAsClient() throws(Violation) {
        hasClientClosed = true
        try happen { $0.clientClosed() }
    }

    private mutating func sayAsTor(_ bytes: ByteBuffer) throws(Violation) {
        guard tor.isConnected else { return }
        tor.send(bytes)
        try happen { $0.torReceived(bytes) }
    }

    private mutating func closeAsTor() throws(Violation) {
        guard tor.isConnected else { return }
        tor.state = .away
        try happen { $0.torClosed() }
    }

    private mutating func connect(_ manner: UInt8?) throws(Violation) {
        guard case .wanted = tor.state else { return }
        tor.connect()
        let transport: LinkConfiguration.Transport = manner == UInt8(ascii: "t") ? .tcp : .unix
        try happen { $0.torConnected(LinkConfiguration(transport: transport), nonce: TorSide.nonce) }
    }

    private mutating func connectAndAuthenticate() throws(Violation) {
        try connect(nil)
        for _ in 0..<2 {
            guard case .authenticating = tor.state, let reply = tor.reply("") else { return }
            try sayAsTor(reply)
        }
    }

    private mutating func giveCookie(_ cookie: Secret) throws(Violation) {
        guard isCookieWanted, !isClosed else { return }
        isCookieWanted = false
        try happen { $0.cookieRead(.success(cookie)) }
    }

    private mutating func failToConnect(_ letter: UInt8?) throws(Violation) {
        guard case .wanted = tor.state else { return }
        tor.state = .away
        try happen { $0.torConnectionFailed(Self.failure(letter)) }
    }

    private static func failure(_ letter: UInt8?) -> TorFailure {
        switch letter {
        case UInt8(ascii: "u"): .untrusted("untrusted")
        case UInt8(ascii: "t"): .timeout
        case UInt8(ascii: "l"): .link(.connectionClosed)
        default: .unreachable("unreachable")
        }
    }

    /// The control ports of tor, as numbers between blanks.
    private mutating func tellListeners(_ text: String) throws(Violation) {
        if isAskingListeners { tor.spareAnswers += 1 }
        isAskingListeners = false
        let ports = Set(text.words.compactMap { PlainDecimal.port($0) })
        // Every path leads where it says, but those whose end nobody may see.
        let realPaths = Dictionary(askedPaths.filter { !$0.hasSuffix("?") }.map { ($0, $0) }) { first, _ in first }
        try happen { $0.listenersKnown(GuardedTargets.Listeners(control: ports), realPaths: realPaths) }
    }

    private mutating func setClientWritable(_ isWritable: Bool) throws(Violation) {
        isClientWritable = isWritable
        try happen { $0.clientWritabilityChanged(isWritable, unreadBytes: isWritable ? 0 : Limits.unreadBytes + 1) }
    }

    private mutating func fire(_ letter: UInt8?) throws(Violation) {
        let timers = SessionTimer.allCases
        let timer = timers[Int(letter ?? 0) % timers.count]
        let unread = isClientWritable ? 0 : Limits.unreadBytes + 1
        try happen { $0.timerFired(timer, unreadBytes: unread) }
    }

    // MARK: What comes of it

    private mutating func happen(_ input: (inout SessionStateMachine) -> Void) throws(Violation) {
        input(&machine)
        try settle()
    }

    /// Carries out actions until there are no more, as the daemon does.
    private mutating func settle() throws(Violation) {
        // More than once only since reading a reply may make room for the next command.
        for _ in 0..<Limits.commandsInFlight {
            let actions = machine.takeActions()
            guard !actions.isEmpty else { return }
            let wasAuthenticating = if case .authenticating = tor.state { true } else { false }
            for action in actions {
                try require(!isClosed, "an action after the end: \(action)")
                try carryOut(action, wasAuthenticating)
            }
            try tor.checkNothingIsMissing()
            try require(machine.isClosed == isClosed, "closed without a word")
        }
        throw Violation(description: "actions without end")
    }

    private mutating func carryOut(_ action: SessionAction, _ wasAuthenticating: Bool) throws(Violation) {
        switch action {
        case .observed(.command(let command)):
            client.note(command)
            tor.note(command)
        case .observed(.torReady), .observed(.torBack):
            tor.state = .ready
        case .observed(.torLost):
            tor.lose()
        case .readCookie:
            isCookieWanted = true
        case .observed, .remember, .countServices, .pauseClient, .resumeClient, .pauseTor, .resumeTor, .startTimer,
            .stopTimer:
            break
        case .askListeners(let paths):
            isAskingListeners = true
            askedPaths = paths
        case .askPermit:
            machine.permitGranted()
        case .findStreamSource(let source):
            machine.streamSourceKnown(isOwn: source.port.isMultiple(of: 2))
        case .askCredential(let service):
            machine.credentialKnown(CredentialAtTor(service: service, state: .none))
        case .sendToClient(let bytes):
            try client.receive(bytes)
            if bytes.readableBytes > Limits.unreadBytes { flicker(bytes.readableBytes) }
        case .sendToTor(let bytes):
            try tor.receive(bytes, mayAuthenticate: wasAuthenticating)
        case .connectToTor:
            tor.state = .wanted
        case .disconnectTor:
            isCookieWanted = false
            tor.state = .away
        case .close:
            isClosed = true
            tor.state = .away
        }
    }

    /// A channel says that it is full, and then that it is not, whenever more than its bound is written to it at once.
    private mutating func flicker(_ count: Int) {
        guard isClientWritable else { return }
        machine.clientWritabilityChanged(false, unreadBytes: count)
        machine.clientWritabilityChanged(true, unreadBytes: 0)
    }

    /// From here on the client reads, and tor answers all that it is asked.
    private mutating func comeToRest() throws(Violation) {
        try setClientWritable(true)
        try connectAndAuthenticate()
        while !isClosed {
            if isAskingListeners {
                try tellListeners("")
            } else {
                guard tor.isConnected, tor.isBetweenReplies, let reply = tor.reply("") else { return }
                try sayAsTor(reply)
            }
        }
    }

    /// A client that reads, and whose tor has answered, has had its reply to every command.
    private func checkNobodyWaits() throws(Violation) {
        guard !isClosed, isClientWritable, tor.isIdle else { return }
        try require(
            client.replyCount == client.frameCount,
            "\(client.replyCount) replies to \(client.frameCount) commands, and nothing is being waited for"
        )
    }
}
