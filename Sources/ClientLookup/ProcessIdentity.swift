// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

private import Glibc
internal import Policies

/// What makes a process the one that it is. Compared before and after a look at it: equal means that it was the same
/// process throughout, with the same program.
struct ProcessIdentity: Hashable, Sendable {
    /// In clock ticks since boot. Nil for a process that the kernel has named with its socket: that cannot have become another, and
    /// to be asked for times is what a process takes longest to answer.
    var startTime: UInt64?
    var status: ProcessStatus
    var label: Client.SecurityLabel?
    var executable: ExecutableFile?

    /// Nil for a process whose files do not read as proc(5) says.
    init?(
        of process: borrowing PinnedProcess,
        needs: ClientLookup.Needs,
        labels: SecurityLabels
    ) throws(SystemError) {
        if !process.isNamedByKernel {
            startTime = ProcessStatus.startTime(try process.contents(of: "stat", upTo: 4096))
            guard startTime != nil else { return nil }
        }
        guard let status = ProcessStatus(try process.contents(of: "status", upTo: ProcessStatus.longestText)) else {
            return nil
        }
        self.status = status
        label = nil
        executable = nil
        do throws(SystemError) {
            if needs.contains(.label) {
                label = try labels.label(of: process)
            }
            if needs.contains(.executable) {
                executable = try ExecutableFile(of: process)
            }
        } catch {
            // To be refused a look leaves these facts unknown; the others stand.
            guard !error.isExhaustion else { throw error }
        }
    }
}
