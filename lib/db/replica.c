/*
 * How far a replica is behind is found without comparing the clocks of machines where that is
 * possible: if it has replayed all that the primary had written when we asked the primary just
 * before, it has all that was committed until now. Otherwise the age of the last commit that it has
 * replayed is an upper bound, and what it had at an earlier question is another.
 *
 * A replica that fails is left alone for a time that grows, so that a dead one costs little; while
 * the primary is away, replicas that answer are good enough.
 */
#include "db/replica.h"

#include "base/limits.h"
#include "os/clock.h"
#include "os/log.h"

#define MAX_PAUSE_MS INT64_C(30000)
#define WAL_PAGE     8192

/*
 * A primary that has filled a page of its log names the place behind the header of the next one (24
 * bytes, 40 at the start of a file), though nothing stands there yet; a replica that has replayed
 * all names the place in front of it. Both are taken as the latter.
 */
static uint64_t without_header(uint64_t position)
{
	uint64_t offset = position % WAL_PAGE;

	return offset == 24 || offset == 40 ? position - offset : position;
}

int server_state(struct conn *c, int timeout_ms, uint64_t *position, int64_t *age_ms, struct err *e)
{
	struct arena *m = arena_new(0);
	struct db_step step = { .stmt = q_db_state };
	struct round r = { .steps = &step, .n = 1, .mem = m, .timeout_ms = timeout_ms };
	int rc = conn_run(c, &r, e);

	if (rc == 0 && step.out.n == 1) {
		const struct row *row = &step.out.v[0];

		*position = without_header((uint64_t)row_i64(row, db_state_position));
		*age_ms =
			row_null(row, db_state_age_ms) ? INT64_MAX : row_i64(row, db_state_age_ms);
	}
	arena_free(m);
	return rc;
}

static void mark(struct replica *r, bool up, const char *why)
{
	if (up != r->up)
		log_event(LOG_INFO, up ? "db.replica_up" : "db.replica_down",
			LOG_TEXT("server", r->conn.label), LOG_TEXT("why", why));
	r->up = up;
}

void replica_failed(struct replica *r, const struct err *why)
{
	int64_t pause_ms = DB_REPLICA_CHECK_MS;

	for (unsigned i = 0; i < r->failures && pause_ms < MAX_PAUSE_MS; i++)
		pause_ms *= 2;
	r->failures++;
	r->checked_at_us = clock_mono_us();
	r->check_at_us = r->checked_at_us + pause_ms * 1000;
	mark(r, false, why->detail);
}

void replica_check(struct replica *r, int64_t max_lag_ms, uint64_t written)
{
	struct err e = { 0 };
	int64_t age_ms = INT64_MAX;
	int64_t now;
	bool was_open = conn_alive(&r->conn);

	if ((!was_open && conn_open(&r->conn, DB_PROBE_TIMEOUT_MS, &e) != 0) ||
		server_state(&r->conn, DB_PROBE_TIMEOUT_MS, &r->replayed, &age_ms, &e) != 0) {
		conn_close(&r->conn);
		replica_failed(r, &e);
		return;
	}
	now = clock_mono_us();
	r->failures = 0;
	r->checked_at_us = now;
	r->check_at_us = now + DB_REPLICA_CHECK_MS * INT64_C(1000);
	if (r->replayed >= written)
		r->fresh_at_us = now;
	else if (age_ms <= max_lag_ms && now - age_ms * 1000 > r->fresh_at_us)
		r->fresh_at_us = now - age_ms * 1000;
	if (r->fresh_at_us > 0 && now - r->fresh_at_us <= max_lag_ms * 1000)
		mark(r, true, "");
	else
		mark(r, false, "too far behind");
}

bool replica_ready(struct replica *r, uint64_t need, int64_t max_lag_ms,
	uint64_t (*written)(void *primary), void *primary)
{
	int64_t now = clock_mono_us();
	bool waiting = r->up && need > r->replayed;

	if (now >= r->check_at_us ||
		(waiting && now >= r->checked_at_us + DB_REPLICA_WAIT_MS * INT64_C(1000)))
		replica_check(r, max_lag_ms, written(primary));
	if (!r->up || r->replayed < need)
		return false;
	if (conn_alive(&r->conn))
		return true;
	r->check_at_us = 0;
	return false;
}
