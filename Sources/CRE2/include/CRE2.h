// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

#ifndef CRE2_H
#define CRE2_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A regular expression over Latin-1 bytes. Immutable to whoever has it: any number of threads may match with it at once.
typedef struct cre2_regex cre2_regex;

/// What a match came to.
typedef enum {
    CRE2_NO_MATCH = 0,
    CRE2_MATCH = 1,
    /// Nothing is known: memory ran out on the way, or a pattern that was only prepared is none.
    CRE2_FAILED = 2,
} cre2_result;

/// Where a group stands in the text; `offset` is -1 for a group that took no part in the match.
typedef struct {
    ptrdiff_t offset;
    size_t length;
} cre2_span;

/// Why a pattern was refused: RE2's message, and the part of the pattern it is about, each cut to fit and ending in NUL.
typedef struct {
    char message[128];
    char part[128];
} cre2_error;

/// Compiles a pattern, in at most about `max_memory` bytes for its program and its caches together.
/// Returns NULL, and fills in `error`, where RE2 refuses it or memory runs out. Logs nothing.
cre2_regex *cre2_compile(const uint8_t *pattern, size_t length, int64_t max_memory, cre2_error *error);

/// The same, but that RE2 sees the pattern only with the first match: what it refuses then comes out as CRE2_FAILED.
/// Returns NULL where memory runs out.
///
/// With `head` from 1 to `length - 1` the caller says that a text without a line feed matches, with the same groups, if and only if it
/// begins with what the first `head` bytes of the pattern match. These are tried then.
cre2_regex *cre2_prepare(const uint8_t *pattern, size_t length, size_t head, int64_t max_memory);

void cre2_free(cre2_regex *regex);

/// The number of capturing groups of a pattern that was compiled.
int cre2_group_count(const cre2_regex *regex);

/// Matches the whole text. Fills in the first `span_count` groups (the first parenthesis is group 0 here) on a match.
cre2_result cre2_match(
    const cre2_regex *regex, const uint8_t *text, size_t length, cre2_span *spans, int span_count);

#ifdef __cplusplus
}
#endif

#endif
