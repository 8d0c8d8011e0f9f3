#ifndef BASE_CIVIL_TEXT_H
#define BASE_CIVIL_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/span.h"

/* The years 1 to 9999, which are all that the text forms can hold. */
#define CIVIL_MIN_S INT64_C(-62135596800) // 0001-01-01T00:00:00Z
#define CIVIL_MAX_S INT64_C(253402300799) // 9999-12-31T23:59:59Z

/* English names, as mail, HTTP and the calendar pages write them. month 1..12, weekday 1 Monday
 * to 7. */
const char *civil_month_name(int month);     // "January"
const char *civil_weekday_name(int weekday); // "Monday"

/*
 * Formats. out holds at least CIVIL_TEXT_SIZE bytes; times outside of these years are clamped.
 *   civil_rfc3339   2026-03-01T09:05:00Z, with .123456 when the microseconds are not zero
 *   civil_http      Sun, 01 Mar 2026 09:05:00 GMT
 *   civil_basic     20260301T090500Z (RFC 5545)
 *   civil_date      2026-03-01
 */
#define CIVIL_TEXT_SIZE 40
void civil_rfc3339(int64_t unix_us, char out[CIVIL_TEXT_SIZE]);
void civil_http(int64_t unix_s, char out[CIVIL_TEXT_SIZE]);
void civil_basic(int64_t unix_s, char out[CIVIL_TEXT_SIZE]);
void civil_date(const struct civil *c, char out[CIVIL_TEXT_SIZE]);

/*
 * Parsers of whole spans; *out is set only on success. Dates that do not exist are refused.
 *   civil_parse_rfc3339  date, T (or t or one blank), time, optional fraction, then Z or an offset
 *                        as +09:00 or +0900; a leap second counts as the second after it
 *   civil_parse_http     the three forms of RFC 9110 5.6.7; years 70..99 of the second are 19xx
 *   civil_parse_local    as rfc3339 without the offset; seconds may be left out, a fraction is
 *                        dropped
 *   civil_parse_date     2026-03-01, the time is 00:00:00
 */
bool civil_parse_rfc3339(struct span s, int64_t *unix_us);
bool civil_parse_http(struct span s, int64_t *unix_s);
bool civil_parse_local(struct span s, struct civil *out);
bool civil_parse_date(struct span s, struct civil *out);

#endif
