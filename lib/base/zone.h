#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

enum {
	ZONE_MAX_NAME = 48, // bytes, without the NUL; the longest name in use has 32
	ZONE_MAX_STEPS = 224
};

/* The POSIX rule at the end of a TZif file (RFC 8536, 3.3), for times after its last step. */
struct zone_day {
	enum {
		ZONE_DAY_JULIAN, // 1..365, 29 February is never counted
		ZONE_DAY_ZERO,   // 0..365
		ZONE_DAY_WEEKDAY // month, week 1..5 (5: the last), weekday 0 Sunday .. 6
	} kind;
	int month;
	int week;
	int day;
	int32_t at_s; // seconds after midnight, may be negative or more than a day
};

struct zone_rule {
	bool known;
	bool has_summer;
	int32_t standard_s;
	int32_t summer_s;
	struct zone_day begin;
	struct zone_day end;
};

/* What is needed of one zone: every change of its offset from ZONE_SINCE on, then the rule. */
struct zone {
	char name[ZONE_MAX_NAME + 1];
	int32_t first_s; // offset before the first step
	size_t n;
	int64_t at[ZONE_MAX_STEPS]; // ascending
	int32_t offset[ZONE_MAX_STEPS];
	struct zone_rule rule;
};

#define ZONE_SINCE 1262304000 // 2010-01-01; nothing older is shown

/* Letters, digits and _ + - between single slashes, and none of the folders of variants. */
bool zone_name_ok(struct span name);

/* Reads a TZif file of version 2 to 4. ERR_INVALID for anything malformed. */
int zone_parse(struct span file, struct span name, struct zone *out, struct err *e) ATTR_MUST_USE;

/* UTC, for where there is no file. */
void zone_utc(struct zone *out);

/* Seconds east of UTC at that moment. */
int32_t zone_offset(const struct zone *z, int64_t unix_s);

/*
 * The moment at which clocks there show local_s (seconds since 1970 counted on the clock face). Of
 * two, the earlier; for a time that is skipped, as long after the jump as it is past its beginning.
 */
int64_t zone_unix(const struct zone *z, int64_t local_s);

#endif
