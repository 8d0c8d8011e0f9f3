#include "jobs/sink/sink.h"

#include <stdarg.h>
#include <stdio.h>

#include "auth/digest.h"
#include "base/limits.h"
#include "jobs/kind.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/rnd.h"

/* 256 bits by fives, the last digit filled up with zeros. */
#define ID_DIGITS 52

static const struct sink *const sinks[] = { &sink_google, &sink_caldav };

const struct sink *sink_of(enum calendar_sink kind)
{
	for (size_t i = 0; i < countof(sinks); i++)
		if (sinks[i]->kind == kind)
			return sinks[i];
	return NULL;
}

struct span sink_event_id(struct arena *m, struct span key, int generation)
{
	static const char digits[] = "0123456789abcdefghijklmnopqrstuv";
	const char *text =
		arena_printf(m, "podium contest 1\n" SPAN_FMT "\n%d", SPAN_ARG(key), generation);
	unsigned char hash[DIGEST_SIZE + 1] = { 0 };
	char *out = arena_alloc(m, ID_DIGITS + 1);

	digest_sha256(span_of(text), hash);
	for (int i = 0; i < ID_DIGITS; i++) {
		int bit = i * 5;
		unsigned two = (unsigned)hash[bit / 8] << 8 | hash[bit / 8 + 1];

		out[i] = digits[two >> (11 - bit % 8) & 31];
	}
	return (struct span){ out, ID_DIGITS };
}

bool sink_pause(const struct job_ctx *c, int failed, int retry_after_s)
{
	int64_t ms = c->conf->sync_backoff_ms << (failed > 0 ? failed - 1 : 0);

	if (failed >= SINK_TRIES || retry_after_s > SINK_MAX_WAIT_S)
		return false;
	ms += (int64_t)rnd_below((uint64_t)ms + 1);
	if (ms < (int64_t)retry_after_s * 1000)
		ms = (int64_t)retry_after_s * 1000;
	clock_sleep_ms(ms);
	return true;
}

void sink_say(struct sink_outcome *out, enum sink_result result, const char *reason, ...)
{
	va_list args;

	out->result = result;
	va_start(args, reason);
	(void)vsnprintf(out->reason, sizeof(out->reason), reason, args);
	va_end(args);
}
