// SPDX-FileCopyrightText: 2026 The onion-sieve developers
// SPDX-License-Identifier: GPL-3.0-or-later

#include "CRE2.h"

#include <re2/re2.h>

#include <atomic>
#include <cstring>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace {

// Held while any pattern is compiled: that happens once for each, and is over in microseconds.
std::mutex compiling;

/// An expression that is compiled by whoever asks first.
class LazyExpression {
  public:
    ~LazyExpression() {
        delete compiled.load();
    }

    /// Whether RE2 took the pattern is for the caller to look at.
    const RE2 &of(const re2::StringPiece &pattern, int64_t max_memory) {
        if (const RE2 *const ready = compiled.load(std::memory_order_acquire)) {
            return *ready;
        }
        const std::lock_guard<std::mutex> lock(compiling);
        if (compiled.load(std::memory_order_relaxed) == nullptr) {
            RE2::Options options;
            options.set_encoding(RE2::Options::EncodingLatin1);
            options.set_log_errors(false);
            options.set_max_mem(max_memory);
            compiled.store(new RE2(pattern, options), std::memory_order_release);
        }
        return *compiled.load(std::memory_order_relaxed);
    }

  private:
    std::atomic<const RE2 *> compiled{nullptr};
};

}  // namespace

struct cre2_regex {
    cre2_regex(const re2::StringPiece &pattern, size_t head, int64_t max_memory)
        : pattern(pattern), head(head), max_memory(max_memory) {}

    const RE2 &re2() const {
        return whole.of(pattern, max_memory);
    }

    /// What the text, or as much of it as matters, is held against; `anchor` says which of them.
    const RE2 &re2(const re2::StringPiece &text, RE2::Anchor &anchor) const {
        if (head == 0 || head >= pattern.size() || std::memchr(text.data(), '\n', text.size()) != nullptr) {
            anchor = RE2::ANCHOR_BOTH;
            return re2();
        }
        anchor = RE2::ANCHOR_START;
        return beginning.of(re2::StringPiece(pattern.data(), head), max_memory);
    }

  private:
    const std::string pattern;
    const size_t head;
    const int64_t max_memory;
    mutable LazyExpression whole;
    mutable LazyExpression beginning;
};

namespace {

template <size_t size> void copy(const std::string &text, char (&buffer)[size]) {
    const size_t length = text.size() < size ? text.size() : size - 1;
    std::memcpy(buffer, text.data(), length);
    buffer[length] = '\0';
}

re2::StringPiece piece(const uint8_t *bytes, size_t length) {
    return re2::StringPiece(reinterpret_cast<const char *>(bytes), length);
}

}  // namespace

cre2_regex *cre2_compile(const uint8_t *pattern, size_t length, int64_t max_memory, cre2_error *error) {
    std::memset(error, 0, sizeof *error);
    try {
        std::unique_ptr<cre2_regex> regex(new cre2_regex(piece(pattern, length), 0, max_memory));
        const RE2 &re2 = regex->re2();
        if (re2.ok()) {
            return regex.release();
        }
        copy(re2.error(), error->message);
        copy(re2.error_arg(), error->part);
    } catch (...) {
        std::strcpy(error->message, "out of memory");
    }
    return nullptr;
}

cre2_regex *cre2_prepare(const uint8_t *pattern, size_t length, size_t head, int64_t max_memory) {
    try {
        return new cre2_regex(piece(pattern, length), head, max_memory);
    } catch (...) {
        return nullptr;
    }
}

void cre2_free(cre2_regex *regex) {
    delete regex;
}

int cre2_group_count(const cre2_regex *regex) {
    return regex->re2().NumberOfCapturingGroups();
}

cre2_result cre2_match(
    const cre2_regex *regex, const uint8_t *text, size_t length, cre2_span *spans, int span_count) {
    // RE2 tells an empty group from an absent one by its address, so even an empty text needs one.
    static const uint8_t nothing = 0;
    const re2::StringPiece subject = piece(text == nullptr ? &nothing : text, text == nullptr ? 0 : length);
    try {
        RE2::Anchor anchor;
        const RE2 &re2 = regex->re2(subject, anchor);
        if (!re2.ok()) {
            return CRE2_FAILED;
        }
        // With no groups wanted RE2 stops at yes or no, which is much the faster answer.
        const int count = span_count > 0 ? span_count + 1 : 0;
        re2::StringPiece few[17];
        std::vector<re2::StringPiece> many(count > 17 ? size_t(count) : 0);
        re2::StringPiece *const groups = count > 17 ? many.data() : few;
        if (!re2.Match(subject, 0, subject.size(), anchor, groups, count)) {
            return CRE2_NO_MATCH;
        }
        for (int index = 0; index < span_count; ++index) {
            const re2::StringPiece &group = groups[size_t(index) + 1];
            const bool took_part = group.data() != nullptr;
            spans[index].offset = took_part ? group.data() - subject.data() : -1;
            spans[index].length = took_part ? group.size() : 0;
        }
        return CRE2_MATCH;
    } catch (...) {
        return CRE2_FAILED;
    }
}
