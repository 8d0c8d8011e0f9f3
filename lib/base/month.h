#ifndef BASE_MONTH_H
#define BASE_MONTH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

/* Months are counted from January of year 0, so that stepping needs no carry. */

int64_t month_of_day(int64_t day); // of days since 1970-01-01
int month_year(int64_t month);
int month_of_year(int64_t month); // 1..12

bool month_parse(struct span s, int64_t *out);          // "2026-12" and nothing else
const char *month_text(struct arena *m, int64_t month); // the same
const char *month_name(struct arena *m, int64_t month); // "December 2026"

#endif
