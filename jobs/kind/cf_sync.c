/*
 * A press of Sync: Codeforces is asked for the player's last submissions, and what it says becomes
 * a claim or a word of why not. Everything that comes of it, the end of the job included, is one
 * transaction: a worker that dies before it leaves nothing behind and the job is done again, one
 * that dies after it has nothing left to do.
 */
#include "jobs/kind.h"

#include "base/limits.h"
#include "model/codeforces_desk.h"
#include "model/job.h"
#include "model/room_claim.h"
#include "model/room_sync.h"
#include "net/codeforces_record.h"
#include "net/json.h"
#include "os/clock.h"
#include "os/log.h"

struct look {
	struct job_ctx *c;
	struct room_press press;
	struct room_claim_case now;
	struct room_evidence evidence; // where the answer is ROOM_OK
};

static struct room_sync_desk notes(const struct job_ctx *c)
{
	return (struct room_sync_desk){ c->db, c->cache, c->mem };
}

/* ---- asking ---- */

/* Waits of 5, 10 and 20 s between tries; while Codeforces rests everybody waits. */
static int try_later(struct job_ctx *c, struct err *e)
{
	struct err ignored = { .kind = ERR_NONE };

	if (e->kind == ERR_LIMIT) {
		if (e->retry_after_s < CODEFORCES_PAUSE_S)
			e->retry_after_s = CODEFORCES_PAUSE_S;
		if (room_sync_pause(c->db, c->mem, e->retry_after_s, &ignored) != 0)
			log_err(LOG_WARN, "room.pause", &ignored);
		return -1;
	}
	if (e->kind == ERR_FORBIDDEN)
		e->kind = ERR_TEMPORARY;
	if (e->kind == ERR_TEMPORARY && e->retry_after_s == 0)
		e->retry_after_s = 5 << (c->attempt < 3 ? c->attempt - 1 : 2);
	return -1;
}

static int take_evidence(struct look *l, const struct codeforces_submission *s, size_t which,
	struct span body, struct err *e)
{
	l->evidence = (struct room_evidence){ s->id, s->at_s, room_record(body, which) };
	if (l->evidence.record.p == NULL || l->evidence.record.n > ROOM_MAX_RECORD)
		return err_set(e, ERR_TEMPORARY, "Codeforces' record cannot be kept");
	return 0;
}

static int ask_once(struct look *l, enum room_reason *why, struct err *e)
{
	struct arena *m = l->c->mem;
	struct span body = SPAN_NONE;
	const struct codeforces_question q = {
		.call = { .method = "user.status",
			.params = { { "handle", l->now.check.handle }, { "from", SPAN("1") },
				{ "count", span_of(arena_printf(m, "%d", ROOM_SYNC_LAST)) } },
			.priority = CODEFORCES_SYNC,
			.max_wait_ms = ROOM_SYNC_WAIT_MS,
			.body = &body },
	};
	struct codeforces_submissions last;
	size_t which = 0;

	if (codeforces_ask_submissions(l->c->codeforces, m, &q, &last, e) != 0)
		return -1;
	*why = room_check(&l->now.check, &last, &which);
	return *why == ROOM_OK ? take_evidence(l, &last.v[which], which, body, e) : 0;
}

/* A handle that Codeforces does not know is the answer to the question. */
static bool is_unknown(struct err *e)
{
	if (e->kind != ERR_NOT_FOUND && e->kind != ERR_INVALID)
		return false;
	*e = (struct err){ .kind = ERR_NONE };
	return true;
}

/* What the player is called there today, which the next sync will tell us too. */
static int ask_name(struct look *l, bool *renamed, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.info",
			.params = { { "handles", l->now.check.handle } },
			.priority = CODEFORCES_SYNC,
			.max_wait_ms = ROOM_SYNC_WAIT_MS },
	};
	struct codeforces_people people;

	*renamed = false;
	if (codeforces_ask_people(l->c->codeforces, l->c->mem, &q, &people, e) != 0)
		return is_unknown(e) ? 0 : -1;
	if (people.n != 1 || span_ieq(people.v[0].handle, l->now.check.handle))
		return 0;
	l->now.check.handle = people.v[0].handle;
	*renamed = true;
	return 0;
}

/* Whoever is not found under the handle may have been renamed since. */
static int ask_by_name(struct look *l, enum room_reason *why, struct err *e)
{
	bool again = true;

	while (again) {
		if (ask_once(l, why, e) != 0) {
			if (!is_unknown(e))
				return -1;
			*why = ROOM_HANDLE_UNKNOWN;
		}
		again = *why == ROOM_NOT_AUTHOR || *why == ROOM_HANDLE_UNKNOWN;
		if (again && ask_name(l, &again, e) != 0)
			return -1;
	}
	return 0;
}

/* One that is still judged is asked for again, in this very job. */
static int ask(struct look *l, enum room_reason *why, struct err *e)
{
	int64_t until_us = clock_mono_us() + ROOM_TESTING_S * INT64_C(1000000);

	for (;;) {
		if (ask_by_name(l, why, e) != 0)
			return try_later(l->c, e);
		if (*why != ROOM_TESTING)
			return 0;
		if (clock_mono_us() >= until_us) {
			*why = ROOM_STILL_TESTING;
			return 0;
		}
		clock_sleep_ms(ROOM_TESTING_MS);
	}
}

/* ---- what comes of it ---- */

static int finish(struct look *l, enum room_reason why, struct err *e)
{
	struct job_ctx *c = l->c;
	const struct room_sync_desk k = notes(c);
	const struct room_claim_new claim = { &l->press, &l->now, l->evidence };
	TX_AUTO tx = { 0 };

	if (tx_begin(c->db, &tx, e) != 0)
		return -1;
	if (why == ROOM_OK && room_claim_make(&tx, c->mem, &claim, &why, e) != 0)
		return -1;
	if (why != ROOM_OK && room_tell_failed(&tx, c->mem, &l->press, why, e) != 0)
		return -1;
	if (job_settle(c, &tx, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	log_event(LOG_INFO, "room.sync", LOG_NUMBER("user", (long long)l->press.user_id),
		LOG_TEXT("reason", room_reason_name(why)));
	room_sync_note(&k, &l->press, why == ROOM_OK ? "detected" : "failed", 0);
	return 0;
}

int kind_cf_sync(struct job_ctx *c, struct err *e)
{
	struct look l = { .c = c };
	const struct room_sync_desk k = notes(c);
	enum room_reason why;
	JSON_AUTO root = NULL;

	if (json_parse(c->payload, &root, e) != 0 ||
		room_press_read(c->mem, root, &l.press, e) != 0 ||
		room_claim_look(c->db, c->mem, &l.press, &l.now, &why, e) != 0)
		return -1;
	room_sync_note(&k, &l.press, "checking", 0);
	if (why == ROOM_OK && ask(&l, &why, e) != 0)
		return -1;
	return finish(&l, why, e);
}

/* Tried as often as it may be. */
int kind_cf_sync_missed(struct job_ctx *c, struct err *e)
{
	struct look l = { .c = c };
	JSON_AUTO root = NULL;

	if (json_parse(c->payload, &root, e) != 0 ||
		room_press_read(c->mem, json_get(root, "payload"), &l.press, e) != 0)
		return -1;
	return finish(&l, ROOM_CF_UNAVAILABLE, e);
}
