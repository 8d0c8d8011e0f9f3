/* Schedules: what is accepted has a next time, and that time is one of the schedule's. */
#include <assert.h>
#include <stdint.h>

#include "base/civil.h"
#include "base/cron.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = { 0 };
	struct zone utc;
	struct cron c;
	int64_t t = 1795000000;

	if (cron_parse((struct span){ (const char *)data, size }, &c, &e) != 0) {
		assert(e.kind == ERR_INVALID && e.text[0] != '\0');
		return 0;
	}
	zone_utc(&utc);
	for (int i = 0; i < 4; i++) {
		int64_t next = cron_next(&c, &utc, t);
		struct civil w;

		assert(next > t && next % 60 == 0);
		w = civil_at(next);
		assert((c.minutes >> w.minute & 1) != 0 && (c.hours >> w.hour & 1) != 0);
		assert((c.months >> w.month & 1) != 0);
		t = next;
	}
	return 0;
}
