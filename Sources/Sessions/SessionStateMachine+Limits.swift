// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

extension SessionStateMachine {
    // MARK: Commands per second

    /// Whether a command has come that may not be looked at yet.
    var isAwaitingPermit: Bool { hasFrameAwaitingPermit && !isPermitted }

    /// The next frame to be looked at; nil if there is none, or if it has to wait.
    mutating func nextFrame() -> ClientFrame? {
        if hasFrameAwaitingPermit, let frame = frameAwaitingPermit {
            frameAwaitingPermit = nil
            isPermitted = false
            return frame
        }
        guard let frame = commands.next() else { return nil }
        guard needsPermit(frame) else { return frame }
        frameAwaitingPermit = frame
        request(.askPermit)
        return nil
    }

    /// Whether the frame has to wait for a permit. What ends the session has not, and nothing has before AUTHENTICATE: a
    /// handshake has few commands.
    private func needsPermit(_ frame: ClientFrame) -> Bool {
        guard phase == .open, policy.limitsCommands else { return false }
        switch frame {
        case .command(let command): return LocalAnswer(command) != .quit
        case .malformed: return true
        case .tooLong: return false
        }
    }

    /// The command that waited may be looked at, now or when nothing else is in its way any more.
    package mutating func permitGranted() {
        guard hasFrameAwaitingPermit else { return }
        isPermitted = true
        takeFrames()
    }

    // MARK: Services

    /// What is to be counted, if that has changed.
    mutating func changedServices() -> CountedServices? {
        var now = CountedServices()
        now.services = facts.ownership.services
        now.inFlight = facts.ownership.servicesInFlight
        now.detachedInFlight = facts.ownership.detachedInFlight
        guard now != countedServices else { return nil }
        countedServices = now
        return now
    }

    /// - Parameter counts: for each profile that limits them, services of the client beside this session's own.
    package mutating func servicesElsewhereChanged(_ counts: [ProfileID: Int]) {
        facts.ownership.servicesElsewhere = counts
    }

    /// Another session has published the service, so that the one of this session must have ended past the filter.
    package mutating func serviceTaken(_ service: ServiceID) { facts.ownership.serviceDeleted(service) }

    /// - Parameter shared: what the client's sessions have left that outlives them.
    package mutating func sharedOwnershipChanged(_ shared: SharedOwnership) { facts.ownership.share(shared) }
}
