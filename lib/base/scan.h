#ifndef BASE_SCAN_H
#define BASE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/*
 * A parser that advances over a span. Each function moves *at only when it succeeds, reads nothing
 * beyond the span, and takes the largest value or length it accepts.
 */
bool scan_lit(struct span *at, const char *literal);
bool scan_char(struct span *at, char c);
bool scan_u64(struct span *at, uint64_t max, uint64_t *out); // decimal digits only, no sign
bool scan_i64(struct span *at, int64_t *out);                // optional minus
bool scan_digits(struct span *at, int n, int *out);          // exactly n digits, 1..9
bool scan_until(struct span *at, char stop, size_t max, struct span *out); // passes over stop
bool scan_while(struct span *at, bool (*accept)(char), size_t max, struct span *out);
void scan_space(struct span *at); // blanks and tabs
bool scan_end(const struct span *at);

/* Whole spans. */
bool span_u64(struct span s, uint64_t max, uint64_t *out);
bool span_i64(struct span s, int64_t *out);

#endif
