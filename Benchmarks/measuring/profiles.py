# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles to measure with: one for us, and as many others as are wanted, of the shape that shipped ones have."""

import pathlib

from harness.profiles import ME, profile_directory, write_profile

# Profiles for whoever measures.
OURS = pathlib.Path(__file__).resolve().parents[1] / "Profiles"

# Users and executables have to be found out for it.
ANOTHER = """\
# What application {number} needs, and nothing else.
- name: application-{number}
  users: ['{me}']
  apparmor-profiles: ['/usr/bin/application-{number}']
  exe-paths: ['/usr/bin/application-{number}']
  hosts: ['10.152.{high}.{low}']
  commands:
    GETINFO:
      - 'version'
      - 'status/bootstrap-phase'
      - 'net/listeners/socks'
      - 'onions/current'
      - pattern: 'status/circuit-established'
        response:
          - pattern: '250-status/circuit-established=([01])'
            replacement: '250-status/circuit-established={{}}'
    ADD_ONION:
      - pattern: 'NEW:(BEST|ED25519-V3) Port=80,({port}[0-9])'
        replacement: 'NEW:{{}} Port=80,{{client-address}}:{{}}'
    DEL_ONION: ['[a-z2-7]{{56}}']
    SIGNAL: ['NEWNYM']
  confs:
    SocksPort:
    DisableNetwork: ['0']
  events:
    STATUS_CLIENT:
    HS_DESC:
      response:
        - pattern: '650 HS_DESC UPLOADED ([^ ]+) ([^ ]+) .+'
          replacement: '650 HS_DESC UPLOADED {{}} {{}} {number}'
  tests:
    - {{send: 'GETINFO version', expect: forward}}
    - {{send: 'GETINFO address', expect: filter}}
    - {{send: 'ADD_ONION NEW:BEST Port=80,{port}0', forwards: 'ADD_ONION NEW:BEST Port=80,127.0.0.1:{port}0'}}
    - {{send: 'ADD_ONION NEW:BEST Port=81,{port}0', expect: filter}}
    - {{send: 'SIGNAL NEWNYM', expect: forward}}
    - {{send: 'SIGNAL SHUTDOWN', expect: filter}}
"""


def write(directory, count=10, ours="plain"):
    """So many profiles in a directory; the first is for whoever measures, the others are for nobody here."""
    directory = profile_directory(directory)
    write_profile(directory, "00_benchmark.yml", (OURS / f"{ours}.yml").read_text())
    for number in range(1, count):
        text = ANOTHER.format(
            number=number, me=ME, high=number // 256, low=number % 256, port=1760 + number % 1000
        )
        write_profile(directory, f"40_application-{number}.yml", text)
    return directory
