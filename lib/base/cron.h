#ifndef BASE_CRON_H
#define BASE_CRON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "base/zone.h"

/*
 * Schedules in the five fields of crontab(5): minute, hour, day of the month, month, day of the
 * week. Each is * or a list of numbers and ranges, each with an optional /step; months and days
 * have their English three-letter names, Sunday is 0 and 7. When day of the month and day of the
 * week are both other than *, a day that fits one of them fits. @yearly, @annually, @monthly,
 * @weekly, @daily, @midnight and @hourly stand for the usual five fields.
 */
struct cron {
	uint64_t minutes; // bit n: minute n
	uint32_t hours;
	uint32_t days;    // bits 1..31
	uint16_t months;  // bits 1..12
	uint8_t weekdays; // bits 0 (Sunday) .. 6
	bool any_day;
	bool any_weekday;
};

#define CRON_MAX_TEXT 200 // bytes

/* ERR_INVALID says what is wrong, also for a date that never comes. */
int cron_parse(struct span text, struct cron *out, struct err *e) ATTR_MUST_USE;

/*
 * The first time after after_s (unix seconds) by the clocks of the zone. Where clocks jump, a
 * schedule that names hours keeps one run a day: a time that is skipped comes as long after the
 * jump as it is past its beginning, one that comes twice is the earlier. A schedule of every hour
 * goes on evenly through both.
 */
int64_t cron_next(const struct cron *c, const struct zone *z, int64_t after_s);

#endif
