// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import Audit
import Policies

/// Reads records, one after the other, and keeps what a profile can be made of: each different command once, with how often and when.
///
/// Memory is bounded whatever the trail holds; what does not fit is counted, and never learnt from.
package struct Lessons: Sendable {
    package static let mostApplications = 256
    /// Kinds of clients that are kept apart for one application.
    package static let mostClients = 64
    /// Different commands of all applications together.
    package static let mostCommands = 16_384
    /// Commands that are kept in their order, to be played again.
    package static let mostSteps = 100_000
    /// Sessions that have not ended, and different commands of each; with more all are taken for ended.
    package static let mostRemembered = 65_536

    private struct OpenSession {
        let identity: ApplicationIdentity
        /// Nil before there is a step in it.
        var transcript: Int?
        var sent: Set<Int> = []
    }

    private var open: [UInt64: OpenSession] = [:]
    private var rememberedCount = 0
    private var order: [ApplicationIdentity] = []
    private var byIdentity: [ApplicationIdentity: ObservedApplication] = [:]
    private var commandCount = 0
    private var stepCount = 0
    /// Commands of applications beyond ``mostApplications``, and of sessions without a client.
    package private(set) var unassigned = Tally()
    private let isTogether: Bool

    /// - Parameter isTogether: whether all clients count as one application, as those of one profile do.
    package init(together isTogether: Bool = false) { self.isTogether = isTogether }

    /// Those that have sent commands, as they came.
    package var applications: [ObservedApplication] {
        order.compactMap { byIdentity[$0] }.filter { $0.tally.count > 0 }
    }

    package mutating func take(_ record: TrailRecord) {
        switch record.kind {
        case .connected, .disconnected:
            // Numbers of sessions begin again with the daemon.
            if let session = record.session { close(session) }
        case .command:
            learn(record)
        default:
            break
        }
    }

    private mutating func close(_ session: UInt64) {
        if let closed = open.removeValue(forKey: session) { rememberedCount -= 1 + closed.sent.count }
    }

    private mutating func learn(_ record: TrailRecord) {
        guard let name = record.command, !Self.isAnsweredHere(record, name) else { return }
        guard let client = record.client.map(Self.kind(of:)), let session = record.session,
            let identity = identity(of: client)
        else { return unassigned.add(record.repeated, at: record.time) }
        let seen = ObservedApplication.Seen(name: name, arguments: record.arguments, isUnread: record.isUnread)
        guard var application = byIdentity.removeValue(forKey: identity) else { return }
        defer { byIdentity[identity] = application }
        application.tally.add(record.repeated, at: record.time)
        let number = Self.number(of: client, in: &application)
        if rememberedCount >= Self.mostRemembered { (open, rememberedCount) = ([:], 0) }
        if open[session]?.identity != identity {
            close(session)
            open[session] = OpenSession(identity: identity)
            rememberedCount += 1
            application.sessionCount += 1
        }
        guard let index = index(of: seen, in: &application) else {
            return application.overlooked.add(record.repeated, at: record.time)
        }
        let isNew = application.commands[index].tally.count == 0
        application.commands[index].tally.add(record.repeated, at: record.time)
        if open[session]?.sent.insert(index).inserted == true {
            rememberedCount += 1
            application.commands[index].sessions += 1
        }
        guard stepCount < Self.mostSteps || isNew else { return }
        let transcript = open[session]?.transcript ?? application.transcripts.count
        if transcript == application.transcripts.count {
            application.transcripts.append(ObservedApplication.Transcript(client: number))
            open[session]?.transcript = transcript
        }
        application.transcripts[transcript].commands.append(index)
        stepCount += 1
    }

    /// Nil if there are too many already.
    private mutating func identity(of client: AuditedClient) -> ApplicationIdentity? {
        let identity = isTogether ? order.first ?? ApplicationIdentity(client) : ApplicationIdentity(client)
        guard byIdentity[identity] == nil else { return identity }
        guard order.count < Self.mostApplications else { return nil }
        order.append(identity)
        byIdentity[identity] = ObservedApplication(identity: identity)
        return identity
    }

    private mutating func index(
        of seen: ObservedApplication.Seen,
        in application: inout ObservedApplication
    ) -> Int? {
        if let index = application.indices[seen] { return index }
        guard commandCount < Self.mostCommands else { return nil }
        commandCount += 1
        application.indices[seen] = application.commands.count
        application.commands.append(ObservedApplication.ObservedCommand(seen: seen, tally: Tally()))
        return application.commands.count - 1
    }

    /// The client without what differs from one connection to the next.
    private static func kind(of client: AuditedClient) -> AuditedClient {
        var kind = client
        (kind.pid, kind.port) = (nil, nil)
        return kind
    }

    private static func number(of client: AuditedClient, in application: inout ObservedApplication) -> Int {
        if let number = application.clients.firstIndex(of: client) { return number }
        guard application.clients.count < mostClients else { return 0 }
        application.clients.append(client)
        return application.clients.count - 1
    }

    /// What needs no rule, and what was said before there was a session.
    private static func isAnsweredHere(_ record: TrailRecord, _ name: String) -> Bool {
        ["PROTOCOLINFO", "AUTHENTICATE", "QUIT", "TAKEOWNERSHIP", "DROPOWNERSHIP"].contains(name)
            || record.reason == Reason.beforeAuthentication.text
            || record.reason == Reason.authenticationFailed.text
    }
}
