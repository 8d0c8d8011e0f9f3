/*
 * Any two lists: a key has one action at most, what its owner deleted is left alone, and once the
 * actions are recorded nothing is left to do.
 */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/reconcile.h"

#define MOST 48
#define NOW  1000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span name(uint8_t byte)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

	return (struct span){ letters + byte % 26, 1 + byte / 26U % 3 };
}

static int64_t moment(uint8_t byte)
{
	return NOW + (byte - 128) * 100;
}

static bool is_recorded(const struct recorded_event *r, size_t n, struct span key, size_t *at)
{
	for (*at = 0; *at < n; ++*at)
		if (span_eq(r[*at].key, key))
			return true;
	return false;
}

/* What the sync writes down after the action has succeeded. */
static void record(struct recorded_event *r, size_t *n, const struct reconcile_action *a)
{
	struct span key = a->wanted != NULL ? a->wanted->key : a->recorded->key;
	size_t at;

	if (!is_recorded(r, *n, key, &at))
		r[(*n)++] = (struct recorded_event){ .key = key };
	assert(r[at].state != EVENT_DISMISSED);
	if (a->what == RECONCILE_REMOVE) {
		r[at].state = EVENT_REMOVED;
		return;
	}
	r[at].state = a->what == RECONCILE_LEAVE_OUT ? EVENT_LATE : EVENT_PRESENT;
	r[at].hash = a->wanted->hash;
	r[at].title = a->wanted->title;
	r[at].start_s = a->wanted->start_s;
	r[at].end_s = a->wanted->end_s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct wanted_event w[MOST];
	struct recorded_event r[2 * MOST];
	struct reconcile_input in = { w, 0, r, 0, NOW, 3000 };
	struct reconcile_plan plan;
	struct arena *m = arena_new(64 * 1024 * 1024);
	size_t n, at;

	for (; size >= 5 && in.n_wanted < MOST && in.n_recorded < MOST; data += 5, size -= 5) {
		int64_t start = moment(data[2]);
		int64_t end = start + 1 + data[3];

		if (data[0] % 2 == 0)
			w[in.n_wanted++] = (struct wanted_event){ name(data[1]), name(data[4]),
				name(data[3]), start, end };
		else if (!is_recorded(r, in.n_recorded, name(data[1]), &at))
			r[in.n_recorded++] = (struct recorded_event){ .key = name(data[1]),
				.hash = name(data[4]),
				.state = (enum event_state)(data[0] / 2 % (EVENT_LATE + 1)),
				.title = name(data[3]),
				.start_s = start,
				.end_s = end };
	}
	reconcile(&in, m, &plan);
	n = in.n_recorded;
	for (size_t i = 0; i < plan.n; i++)
		record(r, &n, &plan.v[i]);
	in.n_recorded = n;
	reconcile(&in, m, &plan);
	assert(plan.n == 0);
	arena_free(m);
	return 0;
}
