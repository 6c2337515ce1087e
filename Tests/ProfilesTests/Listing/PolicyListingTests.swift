// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

import Policies
import Profiles
import Testing

@Suite struct PolicyListingTests {
    private let early = source(
        """
        - name: early
          hosts: ['*']
          commands:
            GETINFO:
              - version
              - {pattern: 'config-.*', deny: true}
              - {pattern: 'net/x', answer: ['250-net/x=1', '250 OK']}
            DEL_ONION:
              - {pattern: '[a-z2-7]{56}', own: true}
          confs: {UseBridges: ['', '1']}
          events: {BW: , CIRC: {own: true}}

        """,
        "10_early.yml", in: ""
    )
    private let late = source(
        """
        - name: late
          hosts: ['*']
          commands:
            GETINFO:
              - pattern: '(version)'
                replacement: '{}'
                response:
                  - {pattern: '250-a=.*', replacement: '250-a=b'}
                else: drop
          onions: {keys: [new], ports: [80], targets: [8080, 9000-9001], flags: [V3Auth], max: 2}
          events: {BW: {suppress: true}}
          limits: {onions: 3}

        """,
        "20_late.yml", in: ""
    )

    private func listing(_ sources: [SourceFile]) throws -> PolicyListing {
        let loaded = ProfileLoader().load(sources)
        #expect(loaded.count(of: .error) == 0)
        return PolicyListing(loaded.policySet.everything)
    }

    @Test("lines stand in the order in which they decide, each with its place")
    func order() throws {
        #expect(
            try listing([early, late]).text == """
                profiles
                  profile  late            20_late.yml:1:3
                           hosts *
                           limit onions 3  20_late.yml:12:20
                  profile  early           10_early.yml:1:3
                           hosts *

                ADD_ONION
                  onions   what is published  20_late.yml:10:3
                           keys    new
                           ports   80
                           targets 8080, 9000-9001
                           flags   V3Auth
                           max     2

                DEL_ONION
                  onions   services of the session's own  20_late.yml:10:3
                  own      [a-z2-7]{56}                   10_early.yml:9:9

                GETCONF
                  option   UseBridges  10_early.yml:10:11

                GETINFO
                  deny     config-.*                                      10_early.yml:6:9
                  rewrite  (version)                                      20_late.yml:5:9
                           to    {}
                           reply 250-a=.*                                 20_late.yml:8:23
                           as    250-a=b                                  20_late.yml:8:23
                           else  drop
                  onions   onions/current, services of the session's own  20_late.yml:10:3
                  allow    version                                        10_early.yml:5:9
                  answer   net/x                                          10_early.yml:7:9
                           gives 250-net/x=1
                           gives 250 OK

                RESETCONF
                  option   UseBridges  10_early.yml:10:11
                           value (reset)
                           value 1

                SETCONF
                  option   UseBridges  10_early.yml:10:11
                           value (reset)
                           value 1

                events
                  suppress BW    20_late.yml:11:12
                  own      CIRC  10_early.yml:11:18

                """
        )
    }

    @Test("what stands in a profile cannot steer a terminal")
    func escapes() throws {
        let profile = "- {users: [\"\\e[2J\"], units: [a], commands: {GETINFO: [a]}}\n"
        let text = try listing([source(profile, in: "")]).text
        #expect(text.contains("\\u{1b}[2J"))
        #expect(!text.contains("\u{1B}"))
    }

    @Test("where nothing is allowed there is nothing to list")
    func empty() {
        #expect(PolicyListing(.empty).text == "")
    }
}
