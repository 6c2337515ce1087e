// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import ControlProtocol
import Policies
import Testing

@Suite struct OwnershipRegistryTests {
    private static let app = ProfileID(file: "app.yml", name: "app")
    private static let more = ProfileID(file: "more.yml", name: "more")
    private static let alice = ClientIdentity.local(uid: 1000, program: .label("app"), socket: nil)

    private static func users(_ identity: ClientIdentity?, _ profiles: ProfileID...) -> Set<ProfileUser> {
        Set((profiles.isEmpty ? [app] : profiles).map { ProfileUser(profile: $0, identity: identity) })
    }

    /// None of them is alice under the profile app.
    private static let strangers: [Set<ProfileUser>] = [
        users(.local(uid: 1001, program: .label("app"), socket: nil)),
        users(.local(uid: 1000, program: .label("other"), socket: nil)),
        users(.local(uid: 1000, program: .executable("app"), socket: nil)),
        users(.local(uid: 1000, program: nil, socket: nil)),
        users(.local(uid: 1000, program: .label("app"), socket: "app")),
        users(alice, more),
        users(.remote(ip("10.0.0.1"))),
        users(nil),
        [],
    ]

    private static func credential(_ digit: Character, key: UInt8, padded: Bool = true) -> ClientAuthorization {
        credential(of: onion(digit), key: key, padded: padded)
    }

    private static func credential(of service: ServiceID, key: UInt8, padded: Bool = true) -> ClientAuthorization {
        // 32 bytes of zeros with the last one given, in base64.
        let text = String(repeating: "A", count: 41) + (key == 0 ? "AA" : "AE") + (padded ? "=" : "")
        guard let credential = ClientAuthorization(arguments: "\(service) x25519:\(text)") else {
            preconditionFailure("\(service)")
        }
        return credential
    }

    // MARK: Services

    @Test func `a detached service is given back to the same client under a same profile, and nobody else`() {
        var registry = OwnershipRegistry()
        registry.record(onion("a"), of: Self.users(Self.alice, Self.app, Self.more))
        #expect(registry.share(of: Self.users(Self.alice)).services == [onion("a")])
        #expect(registry.share(of: Self.users(Self.alice, Self.more)).services == [onion("a")])
        var alone = OwnershipRegistry()
        alone.record(onion("a"), of: Self.users(Self.alice))
        for stranger in Self.strangers { #expect(alone.share(of: stranger).services.isEmpty, "\(stranger)") }
        alone.remove(onion("a"))
        #expect(alone.share(of: Self.users(Self.alice)).services.isEmpty)
    }

    @Test func `remote clients are known by their address`() {
        var registry = OwnershipRegistry()
        registry.record(onion("a"), of: Self.users(.remote(ip("10.0.0.1"))))
        #expect(registry.share(of: Self.users(.remote(ip("10.0.0.1")))).services == [onion("a")])
        #expect(registry.share(of: Self.users(.remote(ip("10.0.0.2")))).services.isEmpty)
    }

    @Test func `nothing is given back to a client whose user is not known`() {
        var registry = OwnershipRegistry()
        registry.record(onion("a"), of: Self.users(nil))
        registry.claim(onion("b"), session: 1, of: Self.users(nil))
        registry.added(Self.credential("b", key: 1), session: 1)
        let share = registry.share(of: Self.users(nil))
        #expect(share.services.isEmpty && share.credentials.isEmpty)
        #expect(registry.owners(of: onion("a")) == Self.users(nil))
    }

    @Test func `there is room for so many detached services of one client, and of all`() {
        var registry = OwnershipRegistry()
        var number = 0
        func fill(_ identity: ClientIdentity, _ count: Int) {
            for _ in 0..<count {
                number += 1
                registry.record(Self.numbered(number), of: Self.users(identity))
            }
        }
        fill(Self.alice, OwnershipRegistry.boundOfIdentity - 1)
        #expect(registry.hasRoomForService(of: Self.users(Self.alice)))
        fill(Self.alice, 1)
        #expect(!registry.hasRoomForService(of: Self.users(Self.alice)))
        #expect(!registry.share(of: Self.users(Self.alice, Self.more)).hasRoomForService)
        #expect(registry.share(of: Self.strangers[0]).hasRoomForService)
        // What tor has made all the same is not forgotten.
        fill(Self.alice, 1)
        #expect(registry.share(of: Self.users(Self.alice)).services.count == OwnershipRegistry.boundOfIdentity + 1)
        var address: UInt32 = 0
        while number < OwnershipRegistry.bound {
            address += 1
            fill(.remote(.v4(address)), min(100, OwnershipRegistry.bound - number))
        }
        #expect(!registry.hasRoomForService(of: Self.strangers[0]))
    }

    /// Addresses of two digits.
    private static func numbered(_ number: Int) -> ServiceID {
        let digits = Array("abcdefghijklmnopqrstuvwxyz234567")
        let text = (0..<3).map { digits[number >> (5 * $0) & 31] }
        guard let service = ServiceID(String(text) + String(repeating: "a", count: 53)) else {
            preconditionFailure("\(number)")
        }
        return service
    }

    // MARK: Credentials

    @Test func `a credential is given back to the same client under a same profile, and nobody else`() {
        var registry = OwnershipRegistry()
        let added = Self.credential("a", key: 1)
        expectNow(registry.claim(added.service, session: 1, of: Self.users(Self.alice)))
        #expect(registry.share(of: Self.users(Self.alice)).credentials.isEmpty)
        registry.added(added, session: 1)
        registry.ended(session: 1)
        let share = registry.share(of: Self.users(Self.alice))
        #expect(share.credentials.keys.sorted { $0.description < $1.description } == [added.service])
        #expect(share.credentials[added.service]?.isEqual(to: Self.credential("a", key: 1, padded: false).key) == true)
        #expect(share.credentials[added.service]?.isEqual(to: Self.credential("a", key: 0).key) == false)
        for stranger in Self.strangers { #expect(registry.share(of: stranger).credentials.isEmpty, "\(stranger)") }
    }

    @Test func `while one is on its way nobody else can claim the address`() {
        var registry = OwnershipRegistry()
        expectNow(registry.claim(onion("a"), session: 1, of: Self.users(Self.alice)))
        for stranger in Self.strangers {
            #expect(!registry.mayClaim(onion("a"), session: 2))
            expectNow(!registry.claim(onion("a"), session: 2, of: stranger))
        }
        // Not another session of the same client either: it is not known yet whether there will be one.
        expectNow(!registry.claim(onion("a"), session: 2, of: Self.users(Self.alice)))
        #expect(registry.mayClaim(onion("b"), session: 2))
        registry.notAdded(onion("a"), session: 2)
        #expect(!registry.mayClaim(onion("a"), session: 2))
        registry.notAdded(onion("a"), session: 1)
        expectNow(registry.claim(onion("a"), session: 2, of: Self.strangers[0]))
    }

    @Test func `two of one session for one address are both waited for`() {
        var registry = OwnershipRegistry()
        let users = Self.users(Self.alice)
        expectNow(registry.claim(onion("a"), session: 1, of: users))
        expectNow(registry.claim(onion("a"), session: 1, of: users))
        registry.added(Self.credential("a", key: 0), session: 1)
        #expect(!registry.mayClaim(onion("a"), session: 2))
        registry.added(Self.credential("a", key: 1), session: 1)
        #expect(registry.mayClaim(onion("a"), session: 2))
        #expect(registry.key(for: onion("a"), of: users)?.isEqual(to: Self.credential("a", key: 1).key) == true)
    }

    @Test func `a credential that tor refuses leaves the one that was there with its owner`() {
        var registry = OwnershipRegistry()
        registry.claim(onion("a"), session: 1, of: Self.users(Self.alice))
        registry.added(Self.credential("a", key: 1), session: 1)
        registry.claim(onion("a"), session: 2, of: Self.strangers[0])
        registry.notAdded(onion("a"), session: 2)
        #expect(registry.key(for: onion("a"), of: Self.users(Self.alice)) != nil)
        #expect(registry.key(for: onion("a"), of: Self.strangers[0]) == nil)
    }

    @Test func `one that replaces another's takes its place`() {
        var registry = OwnershipRegistry()
        registry.claim(onion("a"), session: 1, of: Self.users(Self.alice))
        registry.added(Self.credential("a", key: 1), session: 1)
        registry.claim(onion("a"), session: 2, of: Self.strangers[0])
        registry.added(Self.credential("a", key: 0), session: 2)
        #expect(registry.key(for: onion("a"), of: Self.users(Self.alice)) == nil)
        #expect(registry.key(for: onion("a"), of: Self.strangers[0]) != nil)
        registry.release(onion("a"))
        #expect(registry.key(for: onion("a"), of: Self.strangers[0]) == nil)
    }

    @Test func `one whose session ended before tor's answer is nobody's`() {
        var registry = OwnershipRegistry()
        registry.claim(onion("a"), session: 1, of: Self.users(Self.alice))
        registry.added(Self.credential("a", key: 1), session: 1)
        registry.claim(onion("a"), session: 2, of: Self.strangers[0])
        registry.ended(session: 2)
        #expect(registry.key(for: onion("a"), of: Self.users(Self.alice)) == nil)
        #expect(registry.mayClaim(onion("a"), session: 3))
        // Late words about it mean nothing.
        registry.added(Self.credential("a", key: 1), session: 2)
        #expect(registry.key(for: onion("a"), of: Self.strangers[0]) == nil)
    }

    @Test func `of too many credentials of one client the oldest is forgotten`() {
        var registry = OwnershipRegistry()
        let users = Self.users(Self.alice)
        registry.claim(onion("z"), session: 2, of: Self.strangers[0])
        registry.added(Self.credential("z", key: 1), session: 2)
        for number in 0...OwnershipRegistry.boundOfIdentity {
            expectNow(registry.claim(Self.numbered(number), session: 1, of: users))
            registry.added(Self.credential(of: Self.numbered(number), key: 1), session: 1)
        }
        #expect(registry.share(of: users).credentials.count == OwnershipRegistry.boundOfIdentity)
        #expect(registry.key(for: Self.numbered(0), of: users) == nil)
        #expect(registry.key(for: Self.numbered(1), of: users) != nil)
        #expect(registry.key(for: onion("z"), of: Self.strangers[0]) != nil)
    }

    @Test func `a credential that tor has not, or has another of, is nobody's any more`() {
        let users = Self.users(Self.alice)
        func remains(_ state: CredentialAtTor.State) -> Bool {
            var registry = OwnershipRegistry()
            registry.claim(onion("a"), session: 1, of: users)
            registry.added(Self.credential("a", key: 1), session: 1)
            registry.compare(onion("a"), with: state)
            return registry.key(for: onion("a"), of: users) != nil
        }
        #expect(remains(.key(Self.credential("a", key: 1).key)))
        #expect(remains(.unknown))
        #expect(!remains(.key(Self.credential("a", key: 0).key)))
        #expect(!remains(.none))
    }
}
