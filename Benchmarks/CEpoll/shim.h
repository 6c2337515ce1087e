// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

// epoll(7), which Swift's Glibc module does not show.

#pragma once

#include <sys/epoll.h>
