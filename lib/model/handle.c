/*
 * What is seen at Codeforces counts only for the claim that asked for it: a submission has to be
 * made after the claim, and the end of a claim names the moment of its beginning, so that one that
 * was begun anew meanwhile is not touched. Codeforces' clock and ours may differ a little, which
 * HANDLE_SKEW_S allows for.
 */
#include "model/handle.h"

#include <string.h>

#include "auth/token.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/codeforces_desk.h"
#include "model/job.h"
#include "model/member_sync.h"
#include "net/codeforces_record.h"
#include "os/rnd.h"

#define US INT64_C(1000000)

static const char *const ways[] = {
	[HANDLE_COMPILE] = "compile",
	[HANDLE_ORGANIZATION] = "organization",
};

static const char *const states[] = {
	[HANDLE_WAITS] = "waits",
	[HANDLE_PROVED] = "proved",
	[HANDLE_FAILED] = "failed",
};

/* Old ones, that stay where they are; which one it is changes from claim to claim. */
static const char *const problems[] = { "4/A", "71/A", "231/A", "282/A", "50/A", "158/A", "263/A",
	"112/A", "339/A", "96/A", "266/A", "281/A", "118/A", "236/A", "41/A", "58/A" };

/* ---- what is proved ---- */

int handle_of_user(
	struct db *d, struct arena *m, int64_t user_id, struct span *handle, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	*handle = SPAN_NONE;
	if (db_one(d, m, q_handle_of_user, ARGS(arg_i64(user_id)), &row, &why) == 0) {
		*handle = row_text(&row, handle_of_user_handle);
		return 0;
	}
	if (why.kind == ERR_NOT_FOUND)
		return 0;
	*e = why;
	return -1;
}

int handle_is_proved(struct db *d, struct arena *m, int64_t user_id, struct span handle, bool *out,
	struct err *e)
{
	struct span own;

	if (handle_of_user(d, m, user_id, &own, e) != 0)
		return -1;
	*out = own.p != NULL && span_ieq(own, handle);
	return 0;
}

/* ---- claims ---- */

static int put_claim(struct tx *tx, struct arena *m, struct handle_order *o, struct span handle,
	enum handle_way way, struct err *e)
{
	const char *problem = problems[rnd_below(countof(problems))];
	const char *token = "";
	char random[TOKEN_SIZE];
	struct row row;

	token_new(random);
	if (way == HANDLE_ORGANIZATION) {
		problem = "";
		token = arena_printf(m, "podium-%.12s", random);
	}
	if (db_one(tx->db, m, q_handle_claim_put,
		    ARGS(arg_i64(o->user_id), arg_text(handle), arg_str(ways[way]),
			    arg_str(problem), arg_str(token),
			    arg_i64(way == HANDLE_COMPILE ? HANDLE_COMPILE_S
							  : HANDLE_ORGANIZATION_S)),
		    &row, e) != 0)
		return -1;
	o->made_at = row_time(&row, handle_claim_put_made_at);
	return 0;
}

int handle_look_later(struct tx *tx, struct arena *m, const struct handle_order *o, struct err *e)
{
	const struct job_spec spec = { .kind = "handle.prove",
		.payload = span_of(arena_printf(m, "{\"user\":%lld,\"made_at\":%lld}",
			(long long)o->user_id, (long long)o->made_at)),
		.priority = JOB_PRIORITY_URGENT,
		.delay_ms = HANDLE_LOOK_MS };
	int64_t job;

	return job_enqueue(tx, m, &spec, &job, e);
}

int handle_claim(struct db *d, struct arena *m, int64_t user_id, struct span handle,
	enum handle_way way, struct err *e)
{
	struct handle_order o = { .user_id = user_id };
	TX_AUTO tx = { .db = NULL };

	if (!codeforces_is_handle(handle))
		return err_field(e, "handle",
			"a handle has up to 32 letters, digits, underscores, hyphens and dots");
	if (tx_begin(d, &tx, e) != 0 || put_claim(&tx, m, &o, handle, way, e) != 0 ||
		handle_look_later(&tx, m, &o, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	job_wake(d, "prove");
	return 0;
}

int handle_claim_get(
	struct db *d, struct arena *m, int64_t user_id, struct handle_claim *out, struct err *e)
{
	struct span state;
	struct row row;

	if (db_one(d, m, q_handle_claim_get, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	*out = (struct handle_claim){ .handle = row_text(&row, handle_claim_get_handle),
		.problem = row_text(&row, handle_claim_get_problem),
		.token = row_text(&row, handle_claim_get_token),
		.made_at = row_time(&row, handle_claim_get_made_at),
		.expires_at = row_time(&row, handle_claim_get_expires_at),
		.why = row_text(&row, handle_claim_get_why),
		.is_over = row_bool(&row, handle_claim_get_is_over) };
	state = row_text(&row, handle_claim_get_state);
	for (size_t i = 0; i < countof(states); i++) {
		if (span_is(state, states[i]))
			out->state = (enum handle_state)i;
	}
	out->way = span_is(row_text(&row, handle_claim_get_way), ways[HANDLE_ORGANIZATION])
			   ? HANDLE_ORGANIZATION
			   : HANDLE_COMPILE;
	return 0;
}

int handle_claim_drop(struct db *d, int64_t user_id, struct err *e)
{
	return db_exec(d, q_handle_claim_delete, ARGS(arg_i64(user_id)), NULL, e);
}

static int end_claim(struct db *d, int64_t user_id, const struct handle_claim *c,
	enum handle_state state, const char *why, struct err *e)
{
	return db_exec(d, q_handle_claim_end,
		ARGS(arg_i64(user_id), arg_time(c->made_at), arg_str(states[state]), arg_str(why)),
		NULL, e);
}

/* ---- looking ---- */

struct looking {
	struct codeforces_desk *desk;
	struct db *db;
	struct arena *m;
	int64_t user_id;
	struct handle_claim claim;
	struct span handle; // as Codeforces writes it, once it was seen
	bool seen;
};

static bool is_asked_for(const struct looking *l, const struct codeforces_submission *s)
{
	const struct handle_claim *c = &l->claim;

	return span_is(s->verdict, "COMPILATION_ERROR") &&
	       span_eq(codeforces_problem_key(l->m, &s->problem), c->problem) && s->n_party == 1 &&
	       codeforces_has_author(s, l->handle) && s->at_s >= c->made_at / US - HANDLE_SKEW_S &&
	       s->at_s <= c->expires_at / US + HANDLE_SKEW_S;
}

/* The handle as it is written today, so that one that was renamed is found among the authors. */
static int look_at_person(struct looking *l, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.info",
			.params = { { "handles", l->claim.handle } },
			.priority = CODEFORCES_SYNC,
			.max_wait_ms = HANDLE_WAIT_MS },
	};
	struct codeforces_people people;

	if (codeforces_ask_people(l->desk, l->m, &q, &people, e) != 0)
		return -1;
	if (people.n != 1)
		return err_set(e, ERR_TEMPORARY, "Codeforces told of %zu people", people.n);
	l->handle = people.v[0].handle;
	l->seen = l->claim.way == HANDLE_ORGANIZATION && people.v[0].organization.p != NULL &&
		  strstr(arena_dup(l->m, people.v[0].organization),
			  arena_dup(l->m, l->claim.token)) != NULL;
	return 0;
}

static int look_at_submissions(struct looking *l, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "user.status",
			.params = { { "handle", l->handle }, { "from", SPAN("1") },
				{ "count", SPAN("10") } },
			.priority = CODEFORCES_SYNC,
			.max_wait_ms = HANDLE_WAIT_MS },
	};
	struct codeforces_submissions rows;

	if (codeforces_ask_submissions(l->desk, l->m, &q, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n && !l->seen; i++)
		l->seen = is_asked_for(l, &rows.v[i]);
	return 0;
}

/* ---- taking the handle ---- */

struct holders {
	int64_t own;          // the account's member; 0: none
	bool own_has_handle;  // this one already
	int64_t other;        // who is followed under the handle and is not the own one
	int64_t other_user;   // its account; 0: none
	bool other_is_proved; // by that account
};

/* Who takes which handle. */
struct taking {
	struct db *db;
	struct arena *m;
	int64_t user_id;
	struct span handle;
	int64_t member_id; // the answer: whose it is now
};

static int find_holders(const struct taking *t, struct holders *h, struct err *e)
{
	struct rows rows;

	*h = (struct holders){ .own = 0 };
	if (db_many(t->db, t->m, q_handle_members, ARGS(arg_i64(t->user_id), arg_text(t->handle)),
		    &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];

		if (row_i64(r, handle_members_user_id) == t->user_id) {
			h->own = row_i64(r, handle_members_id);
			h->own_has_handle = row_bool(r, handle_members_has_handle);
		} else {
			h->other = row_i64(r, handle_members_id);
			h->other_user = row_i64(r, handle_members_user_id);
			h->other_is_proved = row_bool(r, handle_members_is_proved);
		}
	}
	return 0;
}

static int set_member(struct taking *t, int64_t id, struct err *e)
{
	t->member_id = id;
	return db_exec(t->db, q_handle_set,
		ARGS(arg_i64(id), arg_i64(t->user_id), arg_text(t->handle)), NULL, e);
}

static int add_member(struct taking *t, struct err *e)
{
	struct row row;

	if (db_one(t->db, t->m, q_handle_add_member, ARGS(arg_i64(t->user_id), arg_text(t->handle)),
		    &row, e) != 0)
		return -1;
	t->member_id = row_i64(&row, handle_add_member_id);
	return 0;
}

static int take_from(struct taking *t, const struct holders *h, struct err *e)
{
	if (h->other != 0 && h->other_user == 0) {
		if (h->own != 0 && db_exec(t->db, q_handle_merge,
					   ARGS(arg_i64(h->own), arg_i64(h->other)), NULL, e) != 0)
			return -1;
		return set_member(t, h->other, e);
	}
	if (h->other != 0 &&
		(db_exec(t->db, q_handle_take_from, ARGS(arg_i64(h->other)), NULL, e) != 0 ||
			db_exec(t->db, q_member_forget_training, ARGS(arg_i64(h->other)), NULL,
				e) != 0))
		return -1;
	if (h->own == 0)
		return add_member(t, e);
	if (!h->own_has_handle &&
		db_exec(t->db, q_member_forget_training, ARGS(arg_i64(h->own)), NULL, e) != 0)
		return -1;
	return set_member(t, h->own, e);
}

/* *taken false: another account has proved it. What Codeforces knows of who has taken it is asked
 * for at once: rooms draw problems that no player has solved. */
static int take(struct tx *tx, struct taking *t, bool *taken, struct err *e)
{
	struct holders h;

	if (find_holders(t, &h, e) != 0)
		return -1;
	*taken = !h.other_is_proved;
	if (!*taken)
		return 0;
	return take_from(t, &h, e) == 0 ? member_sync_order(tx, t->m, t->member_id, e) : -1;
}

static int commit(struct tx *tx, struct err *e)
{
	struct db *d = tx->db;

	if (tx_commit(tx, e) != 0)
		return -1;
	member_sync_wake(d);
	return 0;
}

#define TAKEN "another account here has proved this handle"

static int prove(struct looking *l, struct err *e)
{
	struct taking t = { l->db, l->m, l->user_id, l->handle, 0 };
	TX_AUTO tx = { .db = NULL };
	bool taken;

	if (tx_begin(l->db, &tx, e) != 0 || take(&tx, &t, &taken, e) != 0 ||
		end_claim(l->db, l->user_id, &l->claim, taken ? HANDLE_PROVED : HANDLE_FAILED,
			taken ? "" : TAKEN, e) != 0)
		return -1;
	return commit(&tx, e);
}

int handle_take(struct db *d, struct arena *m, int64_t user_id, struct span handle, struct err *e)
{
	struct taking t = { d, m, user_id, handle, 0 };
	TX_AUTO tx = { .db = NULL };
	bool taken;

	if (tx_begin(d, &tx, e) != 0 || take(&tx, &t, &taken, e) != 0)
		return -1;
	if (!taken)
		return err_set(e, ERR_CONFLICT, TAKEN);
	return handle_claim_drop(d, user_id, e) == 0 ? commit(&tx, e) : -1;
}

static int look(struct looking *l, struct err *e)
{
	if (look_at_person(l, e) != 0)
		return -1;
	return l->claim.way == HANDLE_COMPILE ? look_at_submissions(l, e) : 0;
}

int handle_look(struct codeforces_desk *desk, struct db *d, struct arena *m,
	const struct handle_order *o, bool *done, struct err *e)
{
	struct looking l = { .desk = desk, .db = d, .m = m, .user_id = o->user_id };
	struct err why = { .kind = ERR_NONE };

	*done = true;
	if (handle_claim_get(d, m, o->user_id, &l.claim, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return 0;
		*e = why;
		return -1;
	}
	if (l.claim.state != HANDLE_WAITS || l.claim.made_at != o->made_at)
		return 0;
	if (look(&l, &why) == 0) {
		if (l.seen)
			return prove(&l, e);
	} else if (why.kind == ERR_NOT_FOUND || why.kind == ERR_INVALID) {
		return end_claim(d, o->user_id, &l.claim, HANDLE_FAILED,
			"Codeforces knows no such handle", e);
	} else if (!l.claim.is_over) {
		*e = why;
		return -1;
	}
	if (l.claim.is_over)
		return end_claim(d, o->user_id, &l.claim, HANDLE_FAILED,
			why.kind != ERR_NONE ? "Codeforces could not be asked in time"
					     : "it was not there in time",
			e);
	*done = false;
	return 0;
}
