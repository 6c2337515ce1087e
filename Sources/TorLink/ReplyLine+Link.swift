// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol

extension ReplyLine {
    /// `250 OK`, the end of what succeeded.
    var isOK: Bool { status.value == 250 && kind == .end && text.elementsEqual("OK".utf8) }

    /// Throws if this is the one line by which tor refuses the command.
    func refuseErrors(of keyword: Keyword) throws(LinkFailure) {
        guard kind == .end, status.statusClass == 4 || status.statusClass == 5 else { return }
        throw .refused(keyword, status)
    }
}
