/*
 * The end of a judging: one transaction in which the verdict, what follows from it for the problem
 * and for who watches, and the end of the job that found it are stored together or not at all.
 */
#include "model/judging.h"

#include "base/buf.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/verdict.h"
#include "model/event.h"
#include "model/problem_progress.h"
#include "net/json.h"

/* What the judging came to, as its row has it now. */
struct ended {
	const struct judging *j;
	const struct judging_verdict *v;
	int64_t cpu_ms, memory_kib; // -1: none
	struct span slug;           // of the problem
};

static void put_number(struct json_out *o, const char *key, int64_t v)
{
	json_key(o, key);
	if (v < 0)
		json_put_null(o);
	else
		json_put_i64(o, v);
}

static int payload_of(const struct ended *n, struct buf *b, struct span *out, struct err *e)
{
	struct json_out o;

	json_begin(&o, b);
	json_object(&o);
	json_key(&o, "submission");
	json_put_text(&o, n->j->public_id);
	json_key(&o, "problem");
	json_put_text(&o, n->slug);
	json_key(&o, "verdict");
	json_put_text(&o, span_of(verdict_code((enum verdict)n->v->verdict)));
	if (n->v->has_score) {
		json_key(&o, "score");
		json_put_number(&o, n->v->score);
	}
	put_number(&o, "cpu_ms", n->cpu_ms);
	put_number(&o, "memory_kib", n->memory_kib);
	json_object_end(&o);
	return buf_finish(b, out, e);
}

static int tell(struct tx *tx, struct arena *m, const struct ended *n, struct err *e)
{
	struct event_new ev = { .kind = "judgement" };
	BUF_AUTO b = { 0 };

	buf_init(&b, EVENT_MAX_PAYLOAD);
	if (payload_of(n, &b, &ev.payload, e) != 0)
		return -1;
	ev.scope = span_of(arena_printf(m, "submission:" SPAN_FMT, SPAN_ARG(n->j->public_id)));
	if (event_append(tx, &ev, e) != 0)
		return -1;
	if (n->j->user_id == 0 || n->j->solution_id != 0)
		return 0;
	ev.scope = span_of(arena_printf(m, "user:%lld", (long long)n->j->user_id));
	return event_append(tx, &ev, e);
}

/* What is counted and told of the judging that counts. */
static int publish(struct tx *tx, struct arena *m, struct ended *n, struct err *e)
{
	const struct judging *j = n->j;
	struct rows rows;

	if (db_many(tx->db, m, q_judging_counts, ARGS(arg_i64(j->id)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0; // a rejudging, or another one counts by now
	n->slug = row_text(&rows.v[0], judging_counts_slug);
	if (tell(tx, m, n, e) != 0)
		return -1;
	if (j->user_id == 0 || j->solution_id != 0)
		return 0;
	return problem_progress_count(tx, j->user_id, j->problem_id, e);
}

int judging_settle(struct tx *tx, struct arena *m, const struct judging *j,
	const struct judging_verdict *v, bool *first, struct err *e)
{
	struct ended n = { .j = j, .v = v };
	struct span score = v->has_score ? span_of(arena_printf(m, "%.17g", v->score)) : SPAN_NONE;
	struct rows rows;

	*first = false;
	if (db_many(tx->db, m, q_judging_end,
		    ARGS(arg_i64(j->id), arg_i64(v->verdict), arg_text(score),
			    arg_text(v->build_text), arg_text(v->host), arg_text(v->compiler),
			    arg_text(v->box), arg_text(v->fault)),
		    &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return 0;
	*first = true;
	n.cpu_ms = row_null(&rows.v[0], judging_end_cpu_ms)
			   ? -1
			   : row_i64(&rows.v[0], judging_end_cpu_ms);
	n.memory_kib = row_null(&rows.v[0], judging_end_memory_kib)
			       ? -1
			       : row_i64(&rows.v[0], judging_end_memory_kib);
	if (j->rejudge_id != 0)
		return db_many(
			tx->db, m, q_judging_rejudge_ended, ARGS(arg_i64(j->rejudge_id)), &rows, e);
	return publish(tx, m, &n, e);
}

void judging_settled(struct cache *c, struct arena *m, const struct judging *j)
{
	submission_evict(c, m, j->public_id);
	if (j->user_id != 0 && j->solution_id == 0)
		problem_progress_evict(c, m, j->user_id, j->problem_id);
}
