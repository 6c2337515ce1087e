# SPDX-FileCopyrightText: 2026 The onion-sieve developers
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is different where the program is built with a sanitizer (scripts/test-sanitized): memory is mostly the sanitizer's own, and
everything takes many times as long. What is asked of the program otherwise is the same."""

import os
import unittest

# "address" or "thread".
SANITIZER = os.environ.get("SANITIZER", "")
# How many times as long something may take before it is taken for stuck.
PATIENCE = 4 if SANITIZER else 1

needs_plain_memory = unittest.skipIf(SANITIZER, "memory is mostly the sanitizer's own here")
# At its start ThreadSanitizer writes a file that is larger than these tests let any be.
needs_small_files = unittest.skipIf(SANITIZER == "thread", "ThreadSanitizer does not start where files must be small")
# It looks around ten times a second, in a thread of its own.
needs_no_other_threads = unittest.skipIf(SANITIZER == "thread", "ThreadSanitizer wakes the process itself")
# What it finds is told apart from what is known to be none by the names of functions, which another program tells it through a pipe.
needs_no_more_descriptors = unittest.skipIf(SANITIZER == "thread", "ThreadSanitizer needs descriptors of its own")
needs_plain_speed = unittest.skipIf(SANITIZER, "how fast something is says nothing with a sanitizer")


def lessened(number, divisor=10):
    """How much of something: less where all takes longer."""
    return number // divisor if SANITIZER else number
