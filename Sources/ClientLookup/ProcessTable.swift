// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc
private import Policies

/// The processes of this system, as `/proc` shows them.
struct ProcessTable: Sendable {
    /// One process that has a socket open, and the number by which it does.
    struct Holder: Hashable, Sendable {
        var processID: Int32
        var descriptor: Int32
    }

    let path: String
    let limits: LookupLimits
    let labels: SecurityLabels

    /// Everything `needs` about a process of the user `userID`; nil if it is another's, or does not hold still.
    ///
    /// User, label and executable are read before and after the rest: a process may start another program at any time.
    func facts(
        of process: borrowing PinnedProcess,
        ownedBy userID: UInt32,
        needs: ClientLookup.Needs
    ) throws(SystemError) -> ProcessFacts? {
        guard let first = try ProcessIdentity(of: process, needs: needs, labels: labels),
            first.status.effectiveUser == userID
        else { return nil }
        var facts = ProcessFacts(processID: process.processID, identity: first)
        if needs.contains(.unit) {
            facts.unit = ControlGroup.unit(try process.contents(of: "cgroup", upTo: 65536))
        }
        let last = try ProcessIdentity(of: process, needs: needs, labels: labels)
        return last == first && process.isRunning ? facts : nil
    }

    /// The facts about whoever holds a socket: its only holder, or one of several that are alike.
    func facts(
        ofSocket inode: UInt32,
        ownedBy userID: UInt32,
        needs: ClientLookup.Needs
    ) throws(SystemError) -> ProcessFacts? {
        guard let holders = try holders(ofSocket: inode), let first = holders.first,
            holders.count <= limits.holders
        else { return nil }
        // To be alike is to have one user, label and executable, whether or not anybody asked for them.
        let needs = holders.count == 1 ? needs : needs.union([.label, .executable])
        guard var facts = try facts(of: first, ofSocket: inode, ownedBy: userID, needs: needs) else { return nil }
        for holder in holders.dropFirst() {
            guard let other = try self.facts(of: holder, ofSocket: inode, ownedBy: userID, needs: needs),
                facts.isAlike(other)
            else { return nil }
            facts.keepCommon(with: other)
        }
        return facts
    }

    private func facts(
        of holder: Holder,
        ofSocket inode: UInt32,
        ownedBy userID: UInt32,
        needs: ClientLookup.Needs
    ) throws(SystemError) -> ProcessFacts? {
        let process = try PinnedProcess(processID: holder.processID, procPath: path)
        let link = "fd/\(holder.descriptor)"
        let facts = try facts(of: process, ownedBy: userID, needs: needs)
        return try process.destination(of: link) == Self.link(toSocket: inode) ? facts : nil
    }

    /// All processes that have the socket open, by ascending number; nil if there are too many to read through, or if
    /// one could not be seen into and so may be another holder.
    ///
    /// Some systems let nobody look into certain processes of root's, the first one for instance. Those are passed
    /// over: root needs no shared socket to act as somebody else.
    func holders(ofSocket inode: UInt32) throws(SystemError) -> [Holder]? {
        var list = try NumberedDirectory(opening: path)
        guard let processIDs = try list.numbers(atMost: limits.processes),
            // Without process 1 this is a view of /proc that leaves out the processes of others (hidepid).
            processIDs.contains(1)
        else { return nil }
        let link = Self.link(toSocket: inode)
        var holders: [Holder] = []
        var budget = limits.openFiles
        for processID in processIDs.sorted() {
            do throws(SystemError) {
                var files = try NumberedDirectory(opening: "\(path)/\(processID)/fd")
                guard let open = try files.numbers(atMost: budget) else { return nil }
                budget -= open.count
                for number in open where try files.links(number, to: link) {
                    holders.append(Holder(processID: processID, descriptor: number))
                    break
                }
            } catch {
                guard !error.isExhaustion else { throw error }
                // A process that has ended holds nothing.
                guard error.isAbsence || isRoots(processID) else { return nil }
            }
        }
        return holders
    }

    private func isRoots(_ processID: Int32) -> Bool {
        guard let file = try? Descriptor(opening: "\(path)/\(processID)/status", flags: O_RDONLY),
            let bytes = try? file.contents(upTo: ProcessStatus.longestText)
        else { return false }
        return ProcessStatus(bytes)?.effectiveUser == 0
    }

    /// What a link below `/proc/PID/fd` says.
    static func link(toSocket inode: UInt32) -> String { "socket:[\(inode)]" }
}
