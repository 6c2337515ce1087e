// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct DescriptorLedgerTests {
    private static let mine = String(repeating: "a", count: 55) + "d"
    private static let theirs = String(repeating: "b", count: 55) + "d"

    /// `HS_DESC` events with `M` for the address of the session's service and `T` for another's, `content …`, `fetch …`, `deleted`;
    /// each event with whether it is shown.
    private static let table: [(name: String, steps: [(String, Bool)])] = [
        (
            "the creator sees what becomes of its service, and nobody else's",
            [
                ("CREATED M UNKNOWN UNKNOWN d", true), ("UPLOAD M UNKNOWN $A d", true), ("UPLOADED M UNKNOWN $A", true),
                ("CREATED T UNKNOWN UNKNOWN d", false), ("UPLOAD T UNKNOWN $A d", false),
                ("UPLOADED T UNKNOWN $A", false),
            ]
        ),
        (
            "that others ask for the service is not the creator's to see",
            [
                ("REQUESTED M NO_AUTH $A d", false), ("RECEIVED M NO_AUTH $A d", false),
                ("FAILED M NO_AUTH $A d REASON=NOT_FOUND", false), ("content M d $A", false),
            ]
        ),
        (
            "an upload that fails is the creator's, once",
            [
                ("UPLOAD M UNKNOWN $A d", true), ("FAILED M NO_AUTH $B d REASON=UNEXPECTED", false),
                ("FAILED M UNKNOWN $A d REASON=UPLOAD_REJECTED", true),
                ("FAILED M UNKNOWN $A d REASON=UNEXPECTED", false),
            ]
        ),
        (
            "an upload of another's gives no right",
            [("UPLOAD T UNKNOWN $A d", false), ("FAILED T UNKNOWN $A d REASON=UPLOAD_REJECTED", false)]
        ),
        (
            "a fetch gives a right until its answer and the content with it",
            [
                ("RECEIVED T NO_AUTH $A d", false), ("fetch T", true), ("CREATED T UNKNOWN UNKNOWN d", false),
                ("REQUESTED T NO_AUTH $A d", true), ("content T d $A", false), ("RECEIVED T NO_AUTH $A d", true),
                ("content T d $A", true), ("content T d $A", false), ("RECEIVED T NO_AUTH $A d", false),
                ("REQUESTED T NO_AUTH $A d", false),
            ]
        ),
        (
            "a failure answers a fetch",
            [
                ("fetch T", true), ("FAILED T NO_AUTH $A d REASON=NOT_FOUND", true), ("content T d $A", true),
                ("RECEIVED T NO_AUTH $A d", false),
            ]
        ),
        (
            "each directory that is named answers",
            [
                ("fetch T SERVER=$A SERVER=$B", true), ("FAILED T NO_AUTH $A d REASON=NOT_FOUND", true),
                ("content T d $A", true), ("RECEIVED T NO_AUTH $B d", true), ("content T d $B", true),
                ("RECEIVED T NO_AUTH $A d", false),
            ]
        ),
        (
            "a fetch of one address gives no right to another",
            [("fetch M", true), ("REQUESTED T NO_AUTH $A d", false), ("RECEIVED T NO_AUTH $A d", false)]
        ),
        (
            "a deleted service is nobody's",
            [
                ("UPLOAD M UNKNOWN $A d", true), ("deleted", true), ("UPLOADED M UNKNOWN $A", false),
                ("CREATED M UNKNOWN U d", false),
            ]
        ),
    ]

    @Test(arguments: table)
    func eventsAboutDescriptorsAreShownToThoseTheyConcern(name: String, steps: [(String, Bool)]) throws {
        var ownership = Ownership()
        let service = try #require(ServiceID(Self.mine))
        ownership.serviceCreated(service)
        ownership.subscribed(toContents: true)
        for (step, isShown) in steps {
            let text = step.split(separator: " ").map { $0 == "M" ? Self.mine : $0 == "T" ? Self.theirs : String($0) }
                .joined(separator: " ")
            let rest = String(text.drop { $0 != " " }.dropFirst())
            switch step.prefix(while: { $0 != " " }) {
            case "fetch":
                let fetch = try #require(FetchDescriptor(arguments: rest))
                let id = ownership.fetchRequested(fetch)
                #expect(id != nil)
            case "deleted": ownership.serviceDeleted(service)
            case "content":
                let relation = ownership.took(.serviceDescriptorContent, rest, isOwnSource: false)
                #expect(relation.isOwn == isShown, "\(name): \(step)")
            default:
                let relation = ownership.took(.serviceDescriptor, text, isOwnSource: false)
                #expect(relation.isOwn == isShown, "\(name): \(step)")
            }
        }
    }

    @Test func aFetchThatHasEndedGivesNoRight() throws {
        var ownership = Ownership()
        let fetch = try #require(FetchDescriptor(arguments: Self.theirs))
        let id = ownership.fetchRequested(fetch)
        ownership.fetchEnded(try #require(id))
        #expect(!ownership.took(.serviceDescriptor, "RECEIVED \(Self.theirs) NO_AUTH $A d", isOwnSource: false).isOwn)
    }

    @Test func fetchesWithoutEndAreNotAllRemembered() throws {
        var ownership = Ownership()
        let fetch = try #require(FetchDescriptor(arguments: Self.theirs))
        let remembered = (0..<1000).filter { _ in ownership.fetchRequested(fetch) != nil }.count
        #expect(remembered == 256)
    }

    @Test(arguments: [true, false])
    func aFetchIsCompleteWhenAllThatIsAwaitedHasCome(awaitsContent: Bool) throws {
        var ownership = Ownership()
        ownership.subscribed(toContents: awaitsContent)
        let fetch = try #require(FetchDescriptor(arguments: Self.theirs))
        let id = ownership.fetchRequested(fetch)
        #expect(ownership.took(.serviceDescriptor, "RECEIVED \(Self.theirs) NO_AUTH $A d", isOwnSource: false).isOwn)
        #expect(ownership.takeCompletedFetches() == (awaitsContent ? [] : [id]))
        #expect(
            ownership.took(.serviceDescriptorContent, "\(Self.theirs) d $A", isOwnSource: false).isOwn == awaitsContent)
        #expect(ownership.takeCompletedFetches() == (awaitsContent ? [id] : []))
    }

    @Test func anAddressInCapitalsIsTheSame() throws {
        var ownership = Ownership()
        ownership.serviceCreated(try #require(ServiceID(Self.mine.uppercased())))
        #expect(ownership.took(.serviceDescriptor, "CREATED \(Self.mine) UNKNOWN UNKNOWN d", isOwnSource: false).isOwn)
    }

    @Test func `uploads beyond the bound are not followed, and their failure is not shown`() throws {
        var ledger = DescriptorLedger()
        func took(_ text: String) throws -> Bool {
            let event = try #require(ServiceDescriptorEvent(text))
            return ledger.took(event, isOwnService: true)
        }
        for number in 0...4096 {
            expectNow(try took("UPLOAD \(Self.mine) UNKNOWN $\(Self.directory(number)) d"))
        }
        #expect(try took("FAILED \(Self.mine) UNKNOWN $\(Self.directory(4095)) d REASON=UPLOAD_REJECTED"))
        #expect(try !took("FAILED \(Self.mine) UNKNOWN $\(Self.directory(4096)) d REASON=UPLOAD_REJECTED"))
    }

    private static func directory(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 40 - digits.count) + digits
    }
}
