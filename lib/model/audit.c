/*
 * The audit's rows. Verifying does not trust the database's own functions: it hashes the rows here,
 * in batches, from the first to the head that stood when it began, so that rows which come in
 * meanwhile do not disturb it.
 */
#include "model/audit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "db/db.h"

#define WALK_BATCH 1000
#define TEXT_MAX   8192 // more than the table's checks let a row's text be

static struct span or_empty(struct span s)
{
	return s.p != NULL ? s : SPAN("");
}

int audit_add(struct tx *tx, struct arena *m, const struct audit_entry *a, struct err *e)
{
	struct span detail = a->detail.p != NULL ? a->detail : SPAN("{}");

	(void)m;
	return db_exec(tx->db, q_audit_add,
		ARGS(arg_i64(a->actor_id), arg_str(a->action), arg_text(or_empty(a->object)),
			arg_text(detail), arg_text(or_empty(a->address))),
		NULL, e);
}

struct span audit_object(struct arena *m, const char *kind, int64_t id)
{
	return span_of(arena_printf(m, "%s:%" PRId64, kind, id));
}

/* The four lists have the same columns in the same order. */
static void fill(struct arena *m, const struct rows *rows, struct audit_rows *out)
{
	struct audit_row *v = arena_new_array(m, struct audit_row, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct audit_row){
			.id = row_i64(r, audit_list_all_id),
			.at = row_time(r, audit_list_all_at),
			.actor_id = row_i64(r, audit_list_all_actor_id),
			.action = row_text(r, audit_list_all_action),
			.object = row_text(r, audit_list_all_object),
			.detail = row_text(r, audit_list_all_detail),
			.address = row_text(r, audit_list_all_address),
		};
	}
	*out = (struct audit_rows){ v, rows->n };
}

int audit_crowd(struct db *d, struct arena *m, int rows, struct audit_crowd *out, struct err *e)
{
	struct rows found;

	if (db_many(d, m, q_audit_one_address, ARGS(arg_i64(rows)), &found, e) != 0)
		return -1;
	*out = (struct audit_crowd){ .people = 0 };
	if (found.n > 0)
		*out = (struct audit_crowd){ row_i64(&found.v[0], audit_one_address_people),
			row_text(&found.v[0], audit_one_address_address) };
	return 0;
}

int audit_list(struct db *d, struct arena *m, const struct audit_filter *f, struct audit_rows *out,
	struct err *e)
{
	struct row span;
	struct rows rows;
	int64_t first, behind;
	int rc;

	if (db_one(d, m, q_audit_span, ARGS(arg_time(f->since), arg_time(f->until)), &span, e) != 0)
		return -1;
	first = row_i64(&span, audit_span_first);
	behind = row_i64(&span, audit_span_behind);
	if (f->before_id > 0 && f->before_id < behind)
		behind = f->before_id;
	if (f->actor_id >= 0)
		rc = db_many(d, m, q_audit_list_actor,
			ARGS(arg_i64(first), arg_i64(behind), arg_i64(f->limit),
				arg_i64(f->actor_id), arg_text(f->action), arg_text(f->object)),
			&rows, e);
	else if (f->action.p != NULL)
		rc = db_many(d, m, q_audit_list_action,
			ARGS(arg_i64(first), arg_i64(behind), arg_i64(f->limit),
				arg_text(f->action), arg_text(f->object)),
			&rows, e);
	else if (f->object.p != NULL)
		rc = db_many(d, m, q_audit_list_object,
			ARGS(arg_i64(first), arg_i64(behind), arg_i64(f->limit),
				arg_text(f->object)),
			&rows, e);
	else
		rc = db_many(d, m, q_audit_list_all,
			ARGS(arg_i64(first), arg_i64(behind), arg_i64(f->limit)), &rows, e);
	if (rc == 0)
		fill(m, &rows, out);
	return rc;
}

static void add_field(struct buf *b, struct span s)
{
	buf_addf(b, "%zu:", s.n);
	buf_add_span(b, s);
	buf_addc(b, ',');
}

static void add_number(struct buf *b, int64_t v)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%" PRId64, v);

	add_field(b, (struct span){ text, (size_t)n });
}

/* The hash before it and the row's text, as audit_chain in the database hashes them. */
static int row_hash(const struct row *r, const unsigned char before[DIGEST_SIZE],
	unsigned char out[DIGEST_SIZE], struct err *e)
{
	BUF_AUTO b;
	struct span text;

	buf_init(&b, TEXT_MAX);
	buf_add(&b, before, DIGEST_SIZE);
	add_number(&b, row_i64(r, audit_walk_id));
	add_number(&b, row_time(r, audit_walk_at));
	add_number(&b, row_i64(r, audit_walk_actor_id));
	add_field(&b, row_text(r, audit_walk_action));
	add_field(&b, row_text(r, audit_walk_object));
	add_field(&b, row_text(r, audit_walk_detail));
	add_field(&b, row_text(r, audit_walk_address));
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	digest_sha256(text, out);
	return 0;
}

struct walk {
	struct audit_verdict *out;
	const struct audit_mark *known;
	struct audit_mark at; // the last row that fits
};

static bool broken(struct walk *w, int64_t id, const char *reason)
{
	w->out->broken_id = id;
	snprintf(w->out->reason, sizeof(w->out->reason), "%s", reason);
	return true;
}

/* True at the first row that does not fit. */
static bool step(struct walk *w, const struct row *r, struct arena *m)
{
	int64_t id = row_i64(r, audit_walk_id);
	struct span stored = row_bytes(r, audit_walk_hash, m);
	unsigned char hash[DIGEST_SIZE];
	struct err e = { 0 };

	if (id != w->at.id + 1)
		return broken(w, w->at.id + 1, "the row is missing");
	if (row_hash(r, w->at.hash, hash, &e) != 0 || stored.n != DIGEST_SIZE ||
		memcmp(stored.p, hash, DIGEST_SIZE) != 0)
		return broken(w, id, "the row is not what was written");
	w->at.id = id;
	memcpy(w->at.hash, hash, DIGEST_SIZE);
	w->out->n++;
	if (w->known != NULL && id == w->known->id &&
		memcmp(hash, w->known->hash, DIGEST_SIZE) != 0)
		return broken(w, id, "the chain is not the one that was noted");
	return false;
}

static int head(struct db *d, struct arena *m, struct audit_mark *out, struct err *e)
{
	struct row r;
	struct span hash;

	if (db_one(d, m, q_audit_head, NO_ARGS, &r, e) != 0)
		return -1;
	hash = row_bytes(&r, audit_head_hash, m);
	if (hash.n != DIGEST_SIZE)
		return err_set(e, ERR_INTERNAL, "the head of the audit has no hash");
	out->id = row_i64(&r, audit_head_id);
	memcpy(out->hash, hash.p, DIGEST_SIZE);
	return 0;
}

static int walk(struct db *d, struct arena *m, struct walk *w, struct err *e)
{
	struct audit_verdict *out = w->out;
	struct rows rows;

	while (w->at.id < out->head.id) {
		arena_reset(m);
		if (db_many(d, m, q_audit_walk, ARGS(arg_i64(w->at.id), arg_i64(WALK_BATCH)), &rows,
			    e) != 0)
			return -1;
		if (rows.n == 0) {
			broken(w, w->at.id + 1, "the row is missing");
			return 0;
		}
		for (size_t i = 0; i < rows.n && w->at.id < out->head.id; i++)
			if (step(w, &rows.v[i], m))
				return 0;
	}
	if (w->at.id > 0 && memcmp(w->at.hash, out->head.hash, DIGEST_SIZE) != 0)
		broken(w, w->at.id, "the row is not the head of the chain");
	else if (w->known != NULL && w->known->id > w->at.id)
		broken(w, w->at.id + 1, "the chain is shorter than the one that was noted");
	return 0;
}

int audit_verify(
	struct db *d, const struct audit_mark *known, struct audit_verdict *out, struct err *e)
{
	struct arena *m = arena_new(JOB_ARENA);
	struct walk w = { .out = out, .known = known };
	int rc;

	*out = (struct audit_verdict){ 0 };
	rc = head(d, m, &out->head, e);
	if (rc == 0)
		rc = walk(d, m, &w, e);
	arena_free(m);
	return rc;
}

int audit_check(struct db *d, struct audit_verdict *out, struct err *e)
{
	struct arg id, reason;

	if (audit_verify(d, NULL, out, e) != 0)
		return -1;
	id = out->broken_id != 0 ? arg_i64(out->broken_id) : arg_null();
	reason = out->broken_id != 0 ? arg_str(out->reason) : arg_null();
	if (db_exec(d, q_audit_check_add, ARGS(arg_i64(out->n), id, reason), NULL, e) != 0)
		return -1;
	return db_exec(d, q_audit_check_purge, NO_ARGS, NULL, e);
}

int audit_state_read(struct db *d, struct arena *m, struct audit_state *out, struct err *e)
{
	struct db_step steps[] = { { .stmt = q_audit_head }, { .stmt = q_audit_check_last } };
	const struct row *r;

	*out = (struct audit_state){ .checked_at = INT64_MIN };
	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n > 0)
		out->rows = row_i64(&steps[0].out.v[0], audit_head_id);
	if (steps[1].out.n == 0)
		return 0;
	r = &steps[1].out.v[0];
	out->checked_at = row_time(r, audit_check_last_at);
	out->checked_rows = row_i64(r, audit_check_last_n);
	out->broken_id = row_i64(r, audit_check_last_broken_id);
	out->reason = row_text(r, audit_check_last_reason);
	return 0;
}
