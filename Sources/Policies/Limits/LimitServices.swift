// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

extension Policy {
    /// Why one service more is too many, whichever rule allows it; nil if it is not.
    func refusal(of service: AddOnion, _ facts: SessionFacts) -> Reason? {
        for profile in profiles {
            guard let limit = profile.limits.onions else { continue }
            guard facts.ownership.serviceCount(under: profile.id) < limit.value else {
                return .tooManyServices(limit, profile: profile.name)
            }
        }
        return service.isDetached && !facts.ownership.shared.hasRoomForService ? .tooManyDetached : nil
    }
}
