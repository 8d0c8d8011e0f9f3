#include "jobs/sink/google_quota.h"

#include "base/limits.h"
#include "jobs/kind.h"
#include "jobs/sink/sink.h"
#include "model/bucket.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

#define MINUTE_US INT64_C(60000000)
#define BURST_US  (MINUTE_US / 3) // at three quarters of the rate: one quarter of the quota

static int64_t cost_us(int64_t per_minute)
{
	return per_minute > 0 ? MINUTE_US * 4 / (per_minute * 3) : 0;
}

void google_quota_begin(struct google_quota *q, struct job_ctx *c)
{
	*q = (struct google_quota){ .c = c,
		.chunk = 1,
		.own_at_us = clock_mono_us(),
		.project_us = cost_us(c->conf->google_project_quota) };
}

static bool wait_us(int64_t us, struct sink_outcome *out)
{
	if (us > SINK_MAX_WAIT_S * INT64_C(1000000)) {
		sink_say(out, SINK_LATER, "many calendars are being written; this one follows");
		out->retry_after_s = (int)(us / 1000000) + 1;
		return false;
	}
	clock_sleep_ms((us + 999) / 1000);
	return true;
}

static bool spend_project(struct google_quota *q, struct sink_outcome *out)
{
	struct bucket_price price = {
		.name = "google", .cost_us = q->project_us * q->chunk, .burst_us = BURST_US
	};
	int64_t wait = 0;
	struct err why = { 0 };

	if (q->project_us == 0 || q->left > 0) {
		q->left--;
		return true;
	}
	do {
		if (bucket_spend(q->c->db, q->c->mem, &price, &wait, &why) != 0) {
			log_err(LOG_WARN, "google.quota", &why);
			sink_say(out, SINK_LATER, "the database does not answer");
			return false;
		}
		if (wait > 0 && !wait_us(wait, out))
			return false;
	} while (wait > 0);
	q->left = q->chunk - 1;
	if (q->chunk < GOOGLE_QUOTA_CHUNK)
		q->chunk *= 2;
	return true;
}

bool google_quota_spend(struct google_quota *q, struct sink_outcome *out)
{
	int64_t now = clock_mono_us();
	int64_t ahead;

	if (q->own_at_us < now)
		q->own_at_us = now;
	ahead = q->own_at_us - now - BURST_US;
	if (ahead > 0 && !wait_us(ahead, out))
		return false;
	if (!spend_project(q, out))
		return false;
	q->own_at_us += cost_us(GOOGLE_USER_QUOTA);
	return true;
}
