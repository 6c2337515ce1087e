// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

// How often memory is asked for: malloc(3) and its relatives are replaced, in a program that links this, by ones that count and
// pass on to the C library's.

#pragma once

#include <stdint.h>

/// Requests of this thread since it began; a realloc(3) is one.
uint64_t callocations_count(void);
