// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
package import Policies

package import struct NIOCore.ByteBuffer

extension SessionStateMachine {
    package mutating func clientReceived(_ bytes: ByteBuffer) {
        guard canReadClient else { return }
        commands.append(bytes)
        takeFrames()
    }

    /// The client has closed its side; what it asked before is still answered.
    package mutating func clientClosed() {
        hasClientClosed = true
        takeFrames()
    }

    /// The client is gone, and nothing can be written to it.
    package mutating func clientLost() { close(.clientClosed) }

    /// - Parameter isWritable: whether less than ``Limits/unreadBytes`` wait to be read by the client.
    package mutating func clientWritabilityChanged(_ isWritable: Bool, unreadBytes: Int) {
        guard phase != .closed, isWritable != isClientWritable else { return }
        isClientWritable = isWritable
        if isWritable {
            unreadEventBytes = 0
            // A client that reads in bursts is not to be measured from the middle of one.
            stop(.stall)
            takeFrames()
        } else {
            readBytesAtStall = sentBytes - unreadBytes
            start(.stall)
        }
    }

    private var canReadClient: Bool {
        switch phase {
        case .handshake, .open: true
        case .ending, .closed: false
        }
    }

    mutating func takeFrames() {
        while isFrameAtHand, canTakeFrames {
            if takeKnownQuestion() { continue }
            guard let frame = nextFrame() else { break }
            take(frame)
        }
    }

    /// Whether there may be one: bytes that are not looked at yet, or a command that has waited.
    private var isFrameAtHand: Bool { commands.pendingBytes > 0 || hasFrameAwaitingPermit }

    private mutating func take(_ frame: ClientFrame) {
        if frame == .tooLong {
            record(Judgement(frame, policy: policy, facts: facts, isComplaining: false))
            answer(.lineTooLong)
            return end(.lineTooLong)
        }
        switch phase {
        case .handshake(let hasAskedProtocolInfo, let hasChallenged):
            takeBeforeAuthentication(frame, hasAskedProtocolInfo, hasChallenged)
        case .open:
            carryOut(judge(frame))
        case .ending, .closed:
            break
        }
    }

    // MARK: Before AUTHENTICATE

    /// A web page can make a browser send us lines, but not AUTHENTICATE first; so anything else ends the connection, as in
    /// tor.
    private mutating func takeBeforeAuthentication(
        _ frame: ClientFrame, _ hasAskedProtocolInfo: Bool, _ hasChallenged: Bool
    ) {
        switch frame {
        case .command(let command):
            switch LocalAnswer(command) {
            case .authenticate:
                guard isAuthenticated(by: command) else { return }
                accept(.command(command))
            case .quit:
                give(.quit, to: command)
                end(.quit)
            case .protocolInfo(let isSupported) where !hasAskedProtocolInfo && !hasChallenged:
                phase = .handshake(hasAskedProtocolInfo: true, hasChallenged: hasChallenged)
                give(.protocolInfo(isSupported: isSupported), to: command)
            case .authChallenge where !hasChallenged:
                phase = .handshake(hasAskedProtocolInfo: hasAskedProtocolInfo, hasChallenged: true)
                if cookie == nil { carryOut(judge(frame)) } else { challenge(command) }
            case .protocolInfo, .authChallenge, .ownership, nil:
                refuseUnauthenticated(.command(command))
            }
        case .malformed(.forbiddenByte, .authenticate?, let length):
            guard cookie == nil else {
                return refuseSecret(.malformed(keyword: .authenticate, length: length), .secretEncoding)
            }
            // Whatever the secret is made of, it is neither checked nor kept.
            accept(.malformed(keyword: .authenticate, length: length))
        case .malformed(_, let keyword, let length):
            refuseUnauthenticated(.malformed(keyword: keyword, length: length))
        case .tooLong:
            break
        }
    }

    private mutating func accept(_ subject: CommandObservation.Subject) {
        observe(.command(CommandObservation(subject: subject, outcome: .answer, reason: .answeredHere)))
        phase = .open
        stop(.handshake)
        answer(.done)
        // Not before: nobody reaches tor through us without having been let in.
        if !policy.isEmpty || isComplaining { connectToTor() }
    }

    private mutating func refuseUnauthenticated(_ subject: CommandObservation.Subject) {
        observe(.command(CommandObservation(subject: subject, outcome: .filter, reason: .beforeAuthentication)))
        answer(.authenticationRequired)
        end(.notAuthenticated)
    }

    // MARK: After it

    private func judge(_ frame: ClientFrame) -> Judgement {
        Judgement(frame, policy: policy, facts: facts, isComplaining: isComplaining)
    }

    private mutating func record(_ judgement: Judgement) { observe(.command(judgement.observation)) }

    private mutating func carryOut(_ judgement: Judgement) {
        switch judgement {
        case .malformed:
            record(judgement)
            answer(.filtered)
        case .local(let local, let command):
            // Nobody who does not know the cookie goes on, wherever the command stands.
            if local == .authenticate, !isAuthenticated(by: command) { return }
            give(local, to: command)
            if local == .quit { end(.quit) }
        case .verdict(let verdict, let command):
            switch verdict.decision {
            case .filter:
                guard !needsCredential(command, verdict.reason) else {
                    held = command
                    return
                }
                record(judgement)
                answer(.filtered)
            case .answer(let reply):
                record(judgement)
                answer(reply.encoded)
            case .forward(let sent, let plan):
                guard isReady(for: sent) else {
                    held = command
                    return
                }
                let observation = judgement.observation
                observe(.command(observation))
                let awaited = forward(sent, plan)
                // Where each command needs a permit, each is looked at.
                if !policy.limitsCommands { knownQuestions.keep(command, as: sent, awaited, observation) }
            }
        }
    }

    private mutating func give(_ local: LocalAnswer, to command: Command) {
        observe(.command(CommandObservation(subject: .command(command), outcome: .answer, reason: .answeredHere)))
        if let reply = local.reply(torVersion: torVersion, cookieFile: cookie?.path) { answer(reply.encoded) }
    }

    /// Whether the command can leave now. If not, what it waits for has been asked for, and it is judged again then.
    private mutating func isReady(for command: Command) -> Bool {
        guard case .ready = link else {
            connectToTor()
            return false
        }
        // Whether tor knows our events decides what it is asked for together with them.
        if command.keyword == .setEvents, isSubscribing { return false }
        guard command.keyword == .addOnion, !knowsListeners else { return true }
        isAskingListeners = true
        request(.askListeners(paths: unixTargets(of: command)))
        return false
    }

    /// Whether the command is refused only because it is not known whose credential it would replace or remove. That has been asked
    /// for then, and it is judged again.
    private mutating func needsCredential(_ command: Command, _ reason: Reason) -> Bool {
        guard case .notOwn = reason, facts.ownership.mustAsk(for: command),
            let service = command.credentialInQuestion
        else { return false }
        guard case .ready = link else {
            connectToTor()
            return true
        }
        isAskingCredential = true
        request(.askCredential(service))
        return true
    }

    /// - Parameter credential: what tor has for the service that was asked for.
    package mutating func credentialKnown(_ credential: CredentialAtTor) {
        guard isAskingCredential, phase != .closed else { return }
        isAskingCredential = false
        guard let command = held else { return }
        held = nil
        facts.ownership.credentialAtTor = credential
        carryOut(judge(.command(command)))
        // Good for one command: somebody else may change it at any time.
        facts.ownership.credentialAtTor = nil
        takeFrames()
    }

    /// What the command will have changed once tor has carried it out; what must be known before is taken note of here.
    private mutating func effect(of command: Command) -> OwnershipEffect? {
        switch command.keyword {
        case .addOnion:
            let isDetached = (try? AddOnion(parsing: command.arguments))?.isDetached ?? false
            facts.ownership.serviceRequested(isDetached: isDetached)
            return .publish(isDetached: isDetached)
        case .delOnion:
            return command.arguments.firstWord.flatMap { ServiceID($0) }.map { .unpublish($0) }
        case .hsFetch where policy.tracksOwnership:
            guard
                let fetch = FetchDescriptor(arguments: command.arguments).flatMap({ facts.ownership.fetchRequested($0) }
                )
            else { return nil }
            start(.fetch(fetch))
            return .fetch(fetch)
        case .extendCircuit where command.arguments.firstWord == "0":
            // 0 makes a circuit; any other number names one that is there, whose ever it is.
            return .extendCircuit
        case .onionClientAuthAdd:
            guard let credential = ClientAuthorization(arguments: command.arguments) else { return nil }
            request(.remember(.adding(credential.service)))
            return .addCredential(credential)
        case .onionClientAuthRemove:
            return command.arguments.firstWord.flatMap { ServiceID($0) }.map { .removeCredential($0) }
        default:
            return nil
        }
    }

    private func unixTargets(of command: Command) -> [String] {
        let targets = (try? AddOnion(parsing: command.arguments))?.targets ?? []
        return targets.compactMap { if case .unix(let path) = $0.target { path } else { nil } }
    }

    private mutating func forward(_ command: Command, _ plan: ReplyPlan) -> AwaitedReply {
        let asked = command.keyword == .setEvents ? SetEvents(arguments: command.arguments) : nil
        asSent(command, asked).encode(into: &torOutput)
        let awaited = AwaitedReply(command, plan, effect(of: command), subscription: asked?.events)
        expect(awaited)
        return awaited
    }

    /// Takes a question that has been asked before, if the next line is one and nothing keeps it from being sent.
    private mutating func takeKnownQuestion() -> Bool {
        guard !knownQuestions.isEmpty, case .open = phase, case .ready = link else { return false }
        let questions = knownQuestions
        var known: KnownQuestion?
        let isKnown = commands.skipLine {
            known = questions.find($0)
            return known != nil
        }
        guard isKnown, let known else { return false }
        observe(.command(known.observation))
        torOutput.append(known.sent)
        expect(known.awaited)
        return true
    }

    /// Tor owes the client a reply to what it was sent.
    private mutating func expect(_ reply: AwaitedReply) {
        // A client that goes on asking must not keep alive what does not answer.
        if !queue.awaitsTor { hasTorProgressed = true }
        queue.append(.awaitingTor(reply))
        start(.reply)
    }

    /// Judges the command that was held, now that what it waited for is there, and goes on with those behind it.
    mutating func releaseHeld() {
        guard let command = held else { return }
        held = nil
        carryOut(judge(.command(command)))
        // What was found out for this command is of no use to those behind it.
        knowsListeners = false
        facts.guarded.realPaths = nil
        takeFrames()
    }

    /// Refuses the command that was held, without another look.
    mutating func refuseHeld(_ reason: Reason) {
        guard let command = held else { return }
        held = nil
        observe(.command(CommandObservation(subject: .command(command), outcome: .filter, reason: reason)))
        answer(.filtered)
        takeFrames()
    }
}
