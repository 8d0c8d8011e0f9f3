/*
 * Makes one member's calendars right. The job's lease is the truth about who works on them; the
 * lock lock:sync:ID saves double work where two jobs of one member meet, and whoever finds it taken
 * ends at once: the holder looks at its end whether it was asked again meanwhile. The lock is
 * therefore given back before that look.
 *
 * First the comparison is made with what the caches hold. Mostly it finds nothing to do, and the
 * job ends with one statement. Otherwise what is recorded is read anew from the primary and
 * compared again.
 */
#include "jobs/kind.h"

#include "base/limits.h"
#include "jobs/sink/apply.h"
#include "model/cache.h"
#include "model/job.h"
#include "model/sync.h"
#include "model/sync_run.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/log.h"

#define MICRO      INT64_C(1000000)
#define ROUND_US   (200 * MICRO) // of the kind's deadline
#define MOST_TRIED 5             // calendars of one member

struct sync {
	struct job_ctx *c;
	int64_t user_id;
	int64_t now_s;
	int64_t end_by_us;
	struct sync_look look;
	struct sync_member member;
	struct sync_contests contests;
	struct sync_recorded recorded;
	struct sync_result result;
	bool recorded_something;
};

/* One calendar's part. */
struct part {
	const struct calendar_link *link;
	const struct sink *sink;
	struct wanted_event *wanted;
	const struct sync_contest **contest;
	struct reconcile_plan plan;
};

static int payload_user(struct span payload, int64_t *user_id, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "user"), user_id) || *user_id <= 0)
		return err_set(e, ERR_INVALID, "the payload names no member");
	return 0;
}

static bool is_wanted(const struct sync *s, const struct sync_contest *c)
{
	return s->member.platforms == 0 || (s->member.platforms & 1U << c->platform) != 0;
}

/* The contest and what its reader chose for it, in one word. */
static struct span hash_of(
	const struct sync *s, const struct calendar_link *l, const struct sync_contest *c)
{
	return span_of(arena_printf(s->c->mem, SPAN_FMT ".%d.%d", SPAN_ARG(c->digest),
		sink_reminder(l, c->platform, s->member.notice_min),
		(int)l->style.colours[c->platform]));
}

static void compare(struct sync *s, struct part *p)
{
	struct reconcile_input in = { .now_s = s->now_s,
		.notice_s = (int64_t)s->member.notice_min * 60 };
	size_t from = 0;

	p->wanted = arena_new_array(s->c->mem, struct wanted_event, s->contests.n);
	p->contest = arena_new_array(s->c->mem, const struct sync_contest *, s->contests.n);
	for (size_t i = 0; i < s->contests.n; i++) {
		const struct sync_contest *c = &s->contests.v[i];

		if (!is_wanted(s, c))
			continue;
		p->wanted[in.n_wanted] = (struct wanted_event){ c->key, hash_of(s, p->link, c),
			c->title, c->start_s, c->end_s };
		p->contest[in.n_wanted++] = c;
	}
	while (from < s->recorded.n && s->recorded.link_ids[from] != p->link->id)
		from++;
	while (from + in.n_recorded < s->recorded.n &&
		s->recorded.link_ids[from + in.n_recorded] == p->link->id)
		in.n_recorded++;
	in.wanted = p->wanted;
	in.recorded = s->recorded.n > 0 ? &s->recorded.v[from] : NULL;
	reconcile(&in, s->c->mem, &p->plan);
}

/* The member's calendars that can be written to now; how many of them have something to do. */
static size_t compare_all(struct sync *s, struct part *parts, size_t *n)
{
	size_t busy = 0;

	*n = 0;
	for (size_t i = 0; i < s->member.links.n && *n < MOST_TRIED; i++) {
		struct part *p = &parts[*n];

		p->link = &s->member.links.v[i];
		p->sink = sink_of(p->link->sink);
		if (p->sink == NULL || p->link->state != CALENDAR_OK ||
			p->link->stopped_until > s->now_s * MICRO)
			continue;
		compare(s, p);
		busy += p->plan.n > 0;
		++*n;
	}
	return busy;
}

static int load(struct sync *s, struct err *e)
{
	struct job_ctx *c = s->c;

	s->now_s = clock_unix_us() / MICRO;
	s->end_by_us = clock_mono_us() + ROUND_US;
	s->result = (struct sync_result){ .run_id = 0 };
	if (sync_look(c->db, c->mem, s->user_id, &s->look, e) != 0)
		return -1;
	if (!s->look.exists)
		return 0;
	if (sync_member(c->db, c->cache, c->mem, &s->look, &s->member, e) != 0 ||
		sync_recorded(c->db, c->cache, c->mem, &s->look, &s->recorded, e) != 0)
		return -1;
	return sync_contests(c->db, s->look.contests_at, s->now_s, &s->contests, e);
}

static int write_part(struct sync *s, const struct part *p, struct err *e)
{
	struct sink_work w = { .sink = p->sink,
		.link = p->link,
		.run_id = s->result.run_id,
		.platforms = s->member.platforms,
		.notice_min = s->member.notice_min,
		.end_by_us = s->end_by_us,
		.plan = p->plan,
		.wanted = p->wanted,
		.contest = p->contest };
	struct sink_report report;
	int rc = sink_apply(s->c, &w, &report, e);

	s->recorded_something = s->recorded_something || report.recorded;
	if (report.reason != NULL && s->result.reason == NULL)
		s->result.reason = report.reason;
	if (report.again_s > s->result.again_s)
		s->result.again_s = report.again_s;
	return rc;
}

static int work(struct sync *s, struct err *e)
{
	struct part parts[MOST_TRIED] = { 0 };
	struct job_ctx *c = s->c;
	size_t n;

	if (!s->member.active || compare_all(s, parts, &n) == 0)
		return 0;
	if (sync_run_begin(c->db, c->mem, s->user_id, &s->result.run_id, e) != 0 ||
		sync_recorded_fresh(c->db, c->mem, s->user_id, &s->recorded, e) != 0)
		return -1;
	compare_all(s, parts, &n);
	for (size_t i = 0; i < n; i++)
		if (parts[i].plan.n > 0 && write_part(s, &parts[i], e) != 0)
			return -1;
	return 0;
}

/* One look and what follows from it. *turn is false if somebody else is at it. */
static int round_of(struct sync *s, bool *turn, struct err *e)
{
	const struct sync_turn_of who = { s->user_id, s->c->id };
	struct job_ctx *c = s->c;
	struct sync_turn t;
	int rc;

	if (sync_enter(c->db, c->cache, c->mem, &who, &t, e) != 0)
		return -1;
	*turn = t.turn;
	if (!t.turn)
		return 0;
	rc = load(s, e);
	if (rc == 0 && s->look.exists)
		rc = work(s, e);
	if (s->recorded_something)
		sync_evict_recorded(c->cache, s->user_id);
	if (s->result.run_id != 0)
		sync_evict(c->cache, s->user_id);
	sync_leave(c->cache, &t);
	return rc;
}

static int settle(void *data, struct tx *tx, struct err *e)
{
	return job_settle(data, tx, e);
}

/* The round's end is stored; the job ends in the same commit unless it has to look again. */
static int finish(struct sync *s, struct err *e)
{
	s->result.settle = settle;
	s->result.data = s->c;
	return sync_end(s->c->db, s->c->mem, &s->look, &s->result, e);
}

/* The job itself failed: shown as such, whether or not it is tried again. */
static void note_failure(struct sync *s, bool last, bool passes)
{
	struct err why = { 0 };

	s->result.reason = "something went wrong on our side";
	s->result.again_s = last || !passes ? 0 : SYNC_AGAIN_S;
	s->result.owed = last && passes; // calendar.tend asks again
	if (s->look.exists && sync_end(s->c->db, s->c->mem, &s->look, &s->result, &why) != 0)
		log_err(LOG_WARN, "sync.note", &why);
}

int kind_calendar_sync(struct job_ctx *c, struct err *e)
{
	struct sync s = { .c = c };
	bool last = c->attempt >= job_kind_find(SPAN("calendar.sync"))->max_attempts;
	bool turn = true;

	if (payload_user(c->payload, &s.user_id, e) != 0)
		return -1;
	for (int i = 0; i < SYNC_ROUNDS; i++) {
		if (round_of(&s, &turn, e) != 0) {
			note_failure(&s, last, e->kind == ERR_TEMPORARY || e->kind == ERR_LIMIT);
			return -1;
		}
		if (!turn || !s.look.exists)
			return 0;
		if (last && s.result.again_s != 0) {
			// calendar.tend asks again, however long it takes
			s.result.owed = true;
			s.result.again_s = 0;
		}
		if (finish(&s, e) != 0)
			return -1;
		if (s.result.again_s != 0) {
			e->retry_after_s = (int)s.result.again_s;
			return err_set(e, ERR_TEMPORARY, "%s", s.result.reason);
		}
		if (!s.result.again)
			return 0;
	}
	return err_set(e, ERR_TEMPORARY, "asked again too often; goes on later");
}
