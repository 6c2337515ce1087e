# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replaces profiles, rightly and wrongly, as fast as it can, until SIGTERM: `rewriting.py FILE FILE FILE`.

The first file takes turns with the second in being what a third one says: whole, by rename(2). The third is written in place, so that
again and again it holds the beginning of what it is to hold.
"""

import itertools
import pathlib
import signal
import sys
import time


def replace(path, text):
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_bytes(text)
    temporary.chmod(0o644)
    temporary.rename(path)


def write_in_place(path, text):
    with open(path, "wb", buffering=0) as file:
        for part in (text[: len(text) // 3], text[len(text) // 3 : -2], text[-2:]):
            file.write(part)
            time.sleep(0.002)


def main():
    replaced, other, half = map(pathlib.Path, sys.argv[1:])
    over = []
    signal.signal(signal.SIGTERM, lambda *_: over.append(True))
    versions, text = (replaced.read_bytes(), other.read_bytes()), half.read_bytes()
    print("ready", flush=True)
    for version in itertools.cycle(versions):
        if over:
            break
        replace(replaced, version)
        write_in_place(half, text)
    replace(replaced, versions[1])
    write_in_place(half, text)


if __name__ == "__main__":
    main()
