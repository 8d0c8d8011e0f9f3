/*
 * What travels together: a read that is expected with the next one, the first reads of several
 * requests, the reads of one request that are known before their turn comes. A round trip costs
 * more than most statements. Reads on the primary share a round, and so do reads on a replica;
 * where it fails, each is asked alone in its turn and has its own error.
 */
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "db/conn.h"
#include "db/db.h"
#include "db/inside.h"
#include "db/question.h"
#include "db/stmt.h"

/* ---- what is expected ------------------------------------------------------------------------ */

void db_expect(struct db *d, const struct db_ahead *a)
{
	if (a == NULL)
		d->read.answered = false;
	d->ahead = a != NULL ? *a : (struct db_ahead){ .done = NULL };
}

static int is_broken(const struct db *d, struct err *e)
{
	if (d->broken.kind == ERR_NONE)
		return 0;
	if (e->kind == ERR_NONE)
		*e = d->broken;
	return -1;
}

/* Whether these run on the primary and may share a round with other reads. */
static bool may_join(const struct db *d, const struct db_step *steps, size_t n)
{
	return n <= DB_MOST_AHEAD && d->tx == TX_NONE && !db_is_elsewhere(d, steps, n) &&
	       db_all_have(steps, n, STMT_READ | STMT_REPLICA);
}

/*
 * For a replica: the steps themselves, if what this request may see does not hang on who asks. A
 * member's own writes decide which replica may answer, so of a member only the read of the session
 * is written down.
 */
static void note_elsewhere(struct db *d, const struct db_step *steps, size_t n)
{
	struct db_question *q = d->noting;
	const struct db_ahead *a = &d->ahead;

	if (a->done != NULL) {
		question_add(q, &(struct db_step){ .stmt = a->stmt, .args = a->args }, 1);
	} else if (n <= DB_MOST_AHEAD && d->seen == 0 && !d->wrote) {
		q->elsewhere = true;
		question_add(q, steps, n);
	}
}

/* Writes down what the request asks first, in the form in which it will ask it. */
static void note(struct db *d, const struct arena *m, const struct db_step *steps, size_t n)
{
	struct db_question *q = d->noting;
	bool first = !q->closed;
	struct db_ahead a = d->ahead;

	q->closed = true;
	if (!first || m != q->mem || (a.done != NULL && a.mem != m) || !question_suits(steps, n))
		return;
	if (db_is_elsewhere(d, steps, n)) {
		note_elsewhere(d, steps, n);
		return;
	}
	if (!may_join(d, steps, n))
		return;
	if (a.done != NULL)
		question_add(q, &(struct db_step){ .stmt = a.stmt, .args = a.args }, 1);
	question_add(q, steps, n);
}

int db_settle(struct db *d, struct err *e)
{
	struct db_ahead a = d->ahead;
	struct db_step step = { .stmt = a.stmt, .args = a.args };
	struct round r = { .steps = &step, .n = 1, .mem = a.mem };
	int rc;

	if (a.done == NULL)
		return 0;
	d->ahead.done = NULL;
	if (d->noting != NULL) {
		note(d, a.mem, &step, 1);
		return 0;
	}
	rc = is_broken(d, e);
	if (rc == 0)
		rc = db_run_on_primary(d, &r, e);
	a.done(a.to, rc == 0 ? &step.out : NULL);
	return rc;
}

/* Whether these may share a round with what is expected. */
static bool is_company(
	const struct db *d, const struct arena *m, const struct db_step *steps, size_t n)
{
	return m == d->ahead.mem && may_join(d, steps, n);
}

/* 1: nothing has come of it but may by each one alone. */
static int run_joined(struct db *d, struct arena *m, struct db_step *steps, size_t n, struct err *e)
{
	struct db_ahead a = d->ahead;
	struct db_step joined[QUESTION_STEPS];
	struct round r = { .steps = joined, .n = n + 1, .mem = m };
	struct err mine = { 0 };

	joined[0] = (struct db_step){ .stmt = a.stmt, .args = a.args };
	memcpy(&joined[1], steps, n * sizeof(*steps));
	if (db_run_on_primary(d, &r, &mine) != 0) {
		if (mine.kind != ERR_TEMPORARY)
			return 1;
		d->ahead.done = NULL;
		if (e->kind == ERR_NONE)
			*e = mine;
		a.done(a.to, NULL);
		return -1;
	}
	memcpy(steps, &joined[1], n * sizeof(*steps));
	d->ahead.done = NULL;
	a.done(a.to, &joined[0].out);
	return 0;
}

int db_run(struct db *d, struct arena *m, struct db_step *steps, size_t n, struct err *e)
{
	if (d->noting != NULL) {
		note(d, m, steps, n);
		return err_set(e, ERR_TEMPORARY, "this is only written down");
	}
	if (d->ahead.done != NULL) {
		int rc = d->broken.kind == ERR_NONE && is_company(d, m, steps, n)
				 ? run_joined(d, m, steps, n, e)
				 : 1;

		if (rc <= 0)
			return rc;
		if (db_settle(d, e) != 0)
			return -1;
	}
	if (is_broken(d, e) != 0)
		return -1;
	return db_run_round(d, &(struct round){ .steps = steps, .n = n, .mem = m }, e);
}

/* ---- the first reads of several requests ----------------------------------------------------- */

void db_note(struct db *d, struct db_question *q, struct arena *m)
{
	d->noting = q;
	if (q != NULL)
		*q = (struct db_question){ .mem = m };
}

/* Those of one kind in one round. */
static void ask(struct db *d, struct db_question *const *q, size_t n, bool elsewhere)
{
	struct db_question *those[DB_MOST_ASKED];
	struct db_step steps[DB_MOST_ASKED * QUESTION_STEPS];
	struct arena *mems[countof(steps)];
	struct round r = { .steps = steps, .mems = mems };
	size_t n_those = 0;
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++)
		if (q[i]->elsewhere == elsewhere)
			those[n_those++] = q[i];
	r.n = questions_gather(those, n_those, steps, mems);
	r.timeout_ms = (int)n_those * DB_STATEMENT_TIMEOUT_MS + DB_MARGIN_MS;
	if (r.n == 0 || is_broken(d, &e) != 0)
		return;
	if ((elsewhere ? db_run_round(d, &r, &e) : db_run_on_primary(d, &r, &e)) == 0)
		questions_answer(those, n_those, steps);
}

void db_ask(struct db *d, struct db_question *const *q, size_t n)
{
	ask(d, q, n, false);
	ask(d, q, n, true);
}

void db_read_ahead(struct db *d, struct arena *m, const struct db_step *steps, size_t n)
{
	struct db_question *q = &d->read;
	bool elsewhere = db_is_elsewhere(d, steps, n);

	*q = (struct db_question){ .mem = m, .elsewhere = elsewhere };
	if (n > DB_MOST_AHEAD || d->noting != NULL || !question_suits(steps, n) ||
		(!elsewhere && !may_join(d, steps, n)))
		return;
	question_add(q, steps, n);
	db_ask(d, &q, 1);
}

void db_offer(struct db *d, struct db_question *q)
{
	d->offered = q;
}
