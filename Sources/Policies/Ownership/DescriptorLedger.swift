// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol

/// Descriptors of onion services that are on their way because of this session: uploads of its own services, and answers to its
/// HSFETCH commands.
package struct DescriptorLedger: Sendable {
    /// Names one HSFETCH, so that its right can end by itself.
    package struct Fetch: Hashable, Sendable {
        fileprivate let number: Int
    }

    private struct PendingFetch: Sendable {
        let service: ServiceID
        /// HS_DESC events RECEIVED or FAILED that are still to come.
        var answers: Int
        /// HS_DESC_CONTENT events that are still to come, one after each answer.
        var contents = 0
    }

    private var uploads: Set<Upload> = []
    private var fetches: [Fetch: PendingFetch] = [:]
    private var lastFetch = 0
    private var completed: [Fetch] = []
    /// Whether the client is sent HS_DESC_CONTENT, which comes after each answer.
    var awaitsContents = false

    private struct Upload: Hashable, Sendable {
        let service: ServiceID
        let directory: String
    }

    /// HSFETCH commands whose answers are awaited at a time; a further one is forwarded and gives no right.
    static let mostFetches = 256
    /// Uploads that are followed: a service has 16 directories at most.
    static let mostUploads = 4096

    package init() {}

    package mutating func requested(_ fetch: FetchDescriptor) -> Fetch? {
        guard fetches.count < Self.mostFetches else { return nil }
        lastFetch += 1
        let id = Fetch(number: lastFetch)
        fetches[id] = PendingFetch(service: fetch.service, answers: fetch.answerCount)
        return id
    }

    /// Tor refused the command, or its time is over.
    package mutating func ended(_ fetch: Fetch) { fetches[fetch] = nil }

    /// - Parameter isOwnService: whether the session, or a former one of the same client, has made the service.
    /// - Returns: whether the event is the session's own.
    package mutating func took(_ event: ServiceDescriptorEvent, isOwnService: Bool) -> Bool {
        let upload = event.directory.map { Upload(service: event.service, directory: $0) }
        switch event.action {
        case .created:
            return isOwnService
        case .upload:
            if isOwnService, let upload, uploads.count < Self.mostUploads { uploads.insert(upload) }
            return isOwnService
        case .uploaded:
            if let upload { uploads.remove(upload) }
            return isOwnService
        case .failed:
            // Of an upload, or of somebody's fetch: the same word for both.
            if isOwnService, let upload, uploads.remove(upload) != nil { return true }
            return answered(event.service)
        case .received:
            return answered(event.service)
        case .requested:
            return fetches.values.contains { $0.service == event.service && $0.answers > 0 }
        }
    }

    /// - Returns: whether a descriptor that tor shows is the answer to an HSFETCH of the session.
    package mutating func tookContent(of service: ServiceID) -> Bool {
        guard let (id, _) = oldest(where: { $0.service == service && $0.contents > 0 }) else { return false }
        fetches[id]?.contents -= 1
        endIfComplete(id)
        return true
    }

    private mutating func answered(_ service: ServiceID) -> Bool {
        guard let (id, _) = oldest(where: { $0.service == service && $0.answers > 0 }) else { return false }
        fetches[id]?.answers -= 1
        if awaitsContents { fetches[id]?.contents += 1 }
        endIfComplete(id)
        return true
    }

    private func oldest(where isMeant: (PendingFetch) -> Bool) -> (Fetch, PendingFetch)? {
        fetches.filter { isMeant($0.value) }.min { $0.key.number < $1.key.number }.map { ($0.key, $0.value) }
    }

    private mutating func endIfComplete(_ id: Fetch) {
        guard let fetch = fetches[id], fetch.answers == 0, fetch.contents == 0 else { return }
        fetches[id] = nil
        completed.append(id)
    }

    /// Fetches whose answers have all come since this was last asked.
    mutating func takeCompleted() -> [Fetch] {
        defer { completed = [] }
        return completed
    }

    /// The service is no longer there; what was being uploaded of it is nobody's.
    package mutating func deleted(_ service: ServiceID) { uploads = uploads.filter { $0.service != service } }

    /// Nothing is on its way any more. Numbers of fetches go on, so that the end of an old one is never taken for a new one's.
    package mutating func torLost() {
        uploads = []
        fetches = [:]
    }
}
