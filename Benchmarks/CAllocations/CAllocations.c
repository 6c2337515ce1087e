// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

#include "CAllocations.h"

#include <errno.h>
#include <stddef.h>

// What glibc exports for who replaces its names.
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static _Thread_local uint64_t requests;

uint64_t callocations_count(void) { return requests; }

void *malloc(size_t size) {
    requests++;
    return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
    requests++;
    return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
    requests++;
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    requests++;
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
    void *memory = memalign(alignment, size);
    if (memory == NULL) return ENOMEM;
    *result = memory;
    return 0;
}
