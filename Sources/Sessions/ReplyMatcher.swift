// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

package import ControlProtocol
package import Policies

/// Holds a reply, line by line, against the shape that its command allows (control-spec sections 2.3 and 3).
///
/// Two replies where one was due would shift every later one to the wrong command; the first line that cannot belong ends
/// the session before it is passed on.
package struct ReplyMatcher: Sendable {
    /// What a line is within its reply.
    package struct Match: Hashable, Sendable {
        /// The place of the key or option that the line belongs to.
        package var key: Int?
        package var isLast: Bool
    }

    private let keyword: Keyword
    private let shape: ReplyPlan.Shape
    /// Keys, options or mappings that have had their lines.
    private var answered = 0
    private var hasBegun = false
    /// The status of an error reply of several lines.
    private var errorStatus: StatusCode?

    package init(keyword: Keyword, shape: ReplyPlan.Shape) {
        self.keyword = keyword
        self.shape = shape
    }

    /// Whether a part of the reply has been seen, and its end not.
    package var isInside: Bool { hasBegun }

    package mutating func accept(_ line: TorLine) throws(ProtocolViolation) -> Match {
        defer { hasBegun = true }
        switch line {
        case .data, .dataEnd:
            return dataMatch
        case .reply(let reply):
            guard fits(reply) else { throw .replyDoesNotFit(keyword) }
            return Match(key: key(of: reply), isLast: reply.kind == .end)
        }
    }

    /// What any line of the data block that is open is within the reply: only a data reply line that was accepted opens one.
    package var dataMatch: Match { Match(key: answered > 0 ? answered - 1 : nil, isLast: false) }

    private mutating func fits(_ line: ReplyLine) -> Bool {
        if case .mapAddress(let count) = shape { return fitsMapping(line, of: count) }
        return line.status.isSuccess ? errorStatus == nil && fitsSuccess(line) : fitsError(line)
    }

    /// An error is one line; GETINFO and GETCONF name every key they do not know, with 552.
    private mutating func fitsError(_ line: ReplyLine) -> Bool {
        guard line.kind != .data, line.status.isError, answered == 0,
            errorStatus == nil ? !hasBegun : errorStatus == line.status
        else { return false }
        errorStatus = line.status
        if line.kind == .end { return true }
        switch shape {
        case .getInfo, .getConf: return line.status.value == 552
        default: return false
        }
    }

    private mutating func fitsSuccess(_ line: ReplyLine) -> Bool {
        switch shape {
        case .endLine:
            return line.kind == .end && !hasBegun
        case .getInfo(let keys):
            guard line.kind != .end else { return answered == keys.count && isPlainOK(line) }
            guard answered < keys.count, line.textHasKey(keys[answered]) else { return false }
            answered += 1
            return true
        case .getConf(let options):
            return line.kind != .data && fitsOption(line, options)
        case .addOnion:
            guard line.kind != .end else { return answered > 0 && isPlainOK(line) }
            let names = answered == 0 ? ["ServiceID"] : ["PrivateKey", "ClientAuth", "ClientAuthV3"]
            guard line.kind == .mid, names.contains(where: { line.textHasKey($0) }) else { return false }
            answered += 1
            return true
        case .onionClientAuthView:
            guard line.kind != .end else { return answered > 0 && isPlainOK(line) }
            guard line.kind == .mid, line.textHasPrefix(answered == 0 ? "ONION_CLIENT_AUTH_VIEW" : "CLIENT ") else {
                return false
            }
            answered += 1
            return true
        case .mapAddress:
            return false
        }
    }

    /// `250-Option=value`, `250 Option`: an option has one line or, if it is a list, several in a row.
    private mutating func fitsOption(_ line: ReplyLine, _ options: [ConfOption]) -> Bool {
        if line.kind == .end, !hasBegun, isPlainOK(line) { return options.allSatisfy(\.isOnionService) }
        guard let option = ConfOption(line.key) else { return false }
        func answers(_ index: Int) -> Bool {
            options.indices.contains(index)
                && (options[index] == option || options[index].isOnionService && option.isOnionService)
        }
        if !answers(answered - 1) {
            guard answers(answered) else { return false }
            answered += 1
        }
        return line.kind == .mid || answered == options.count
    }

    /// MAPADDRESS answers each mapping with a line of its own status.
    private mutating func fitsMapping(_ line: ReplyLine, of count: Int) -> Bool {
        guard line.kind != .data, line.status.isSuccess || line.status.isError else { return false }
        answered += 1
        return line.kind == .end ? answered == count || answered == 1 : answered < count
    }

    private func isPlainOK(_ line: ReplyLine) -> Bool { line.textIs("OK") }

    private func key(of line: ReplyLine) -> Int? {
        guard line.status.isSuccess, answered > 0 else { return nil }
        switch shape {
        case .getInfo: return line.kind == .end ? nil : answered - 1
        case .getConf: return answered - 1
        default: return nil
        }
    }
}
