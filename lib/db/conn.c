/*
 * The connection is libpq's, non-blocking, and stays in pipeline mode, so that sending many
 * statements and sending one are the same code and each round costs one write, one poll and one
 * read where the answer is small. Every wait has an end.
 *
 * A statement is prepared in the round that first needs it; its Parse travels in front of its Bind.
 * Some statements want other session settings than most (stmt.h: :pinned, :long), some do well with
 * any (:neutral). The connection remembers the mode it is in and changes it, in the same round,
 * only for a statement that wants another; as an error may have rolled the change back, the mode is
 * unknown after one.
 *
 * A pooler such as PgBouncer in transaction mode may run each transaction in another session. So
 * behind one nothing is prepared under a name (every statement goes as an unnamed one, which is
 * parsed and planned each time), a mode is set for the transaction only, and timeouts are otherwise
 * those of the role. There is one if it refuses startup options, or if the number of the process
 * that serves us is not the one that the connection was told, or if a prepared statement turns out
 * to be missing.
 */
#include "db/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "db/arg.h"
#include "db/row.h"
#include "db/sqlstate.h"
#include "db/stmt.h"
#include "os/clock.h"
#include "os/log.h"

#define TEXT_OF(x)      #x
#define VALUE_OF(x)     TEXT_OF(x)

#define IDLE_US         1000
#define FIRST_RETRY_MS  20
#define RESULT_AS_TEXT  0

#define CHANGED_RESULT  "0A000" // cached plan must not change result type
#define NO_SUCH_STMT    "26000"
#define SAME_STMT_TWICE "42P05"

enum prepared {
	NOT_PREPARED,
	PREPARE_SENT, // in this round; the answer is still to come
	PREPARED
};

enum mode {
	MODE_UNKNOWN = -1,
	MODE_PLAIN = 0 // else STMT_PINNED, STMT_LONG or both
};

#define RESULT_AUTO PGresult *CLEANUP(result_free)

static void result_free(PGresult **res)
{
	PQclear(*res);
}

/* The server's remarks (NOTICE and below) are not ours to print on stderr. */
static void ignore_notice(void *arg ATTR_UNUSED, const PGresult *res ATTR_UNUSED)
{
}

bool conn_wait(const PGconn *pg, short events, int64_t until_us)
{
	struct pollfd p = { .fd = PQsocket(pg), .events = events };

	for (;;) {
		int64_t left_us = until_us - clock_mono_us();
		int n = left_us > 0 ? poll(&p, 1, (int)((left_us + 999) / 1000)) : 0;

		if (n > 0 || (n < 0 && errno != EINTR))
			return n > 0;
		if (left_us <= 0)
			return false;
	}
}

int conn_init(struct conn *c, const struct conninfo_spec *spec, struct err *e)
{
	*c = (struct conn){ .label = spec->label, .mode = MODE_UNKNOWN };
	if (conninfo_make(spec, &c->info, e) != 0)
		return -1;
	c->prepared = calloc(N_STMTS + 1, sizeof(*c->prepared));
	c->params = calloc(1, sizeof(*c->params));
	if (c->prepared == NULL || c->params == NULL)
		abort();
	buf_init(&c->scratch, DB_MAX_ARGUMENT);
	return 0;
}

void conn_free(struct conn *c)
{
	conn_close(c);
	conninfo_free(&c->info);
	free(c->prepared);
	free(c->params);
	buf_free(&c->scratch);
}

void conn_close(struct conn *c)
{
	PQfinish(c->pg);
	c->pg = NULL;
	c->mode = MODE_UNKNOWN;
	if (c->prepared != NULL)
		memset(c->prepared, NOT_PREPARED, N_STMTS);
}

void conn_forget_mode(struct conn *c)
{
	c->mode = MODE_UNKNOWN;
}

bool conn_alive(struct conn *c)
{
	struct pollfd p = { .events = POLLIN };

	if (c->pg == NULL)
		return false;
	if (clock_mono_us() - c->used_at_us < IDLE_US)
		return true;
	/* What may lie there: a change of a setting, a notice, the server's last words, the end. */
	p.fd = PQsocket(c->pg);
	while (poll(&p, 1, 0) > 0)
		if (PQconsumeInput(c->pg) == 0 || PQisBusy(c->pg) != 0 ||
			PQstatus(c->pg) != CONNECTION_OK) {
			conn_close(c);
			return false;
		}
	return true;
}

/* ---- sending --------------------------------------------------------------------------------- */

static int lost(struct conn *c, const char *what, struct err *e)
{
	sqlstate_lost(c->pg, c->label, what, e);
	conn_close(c);
	return -1;
}

/* Parse in front of Bind; without a name the two are one call of libpq. */
static int send_unprepared(struct conn *c, const struct stmt_info *s, bool named)
{
	const struct params *p = c->params;
	Oid types[DB_MAX_ARGS];
	int n = (int)s->n_args;

	for (int i = 0; i < n; i++)
		types[i] = s->args[i].type;
	if (named)
		return PQsendPrepare(c->pg, s->name, s->text, n, types);
	return PQsendQueryParams(
		c->pg, s->text, n, types, p->values, p->lengths, p->formats, RESULT_AS_TEXT);
}

static int send_step(struct conn *c, const struct db_step *step, struct err *e)
{
	const struct stmt_info *s = &stmt_table[step->stmt];
	unsigned char *prepared = &c->prepared[step->stmt];
	const struct params *p = c->params;
	int ok = 1;

	if (params_encode(c->params, &c->scratch, s, step->args, e) != 0)
		return -1;
	if (c->pooled) {
		ok = send_unprepared(c, s, false);
	} else {
		if (*prepared == NOT_PREPARED) {
			ok = send_unprepared(c, s, true);
			*prepared = PREPARE_SENT;
		}
		if (ok)
			ok = PQsendQueryPrepared(c->pg, s->name, (int)s->n_args, p->values,
				p->lengths, p->formats, RESULT_AS_TEXT);
	}
	return ok ? 0 : sqlstate_lost(c->pg, c->label, "could not send: ", e);
}

/* ---- receiving ------------------------------------------------------------------------------- */

struct wait {
	struct conn *c;
	int64_t until_us;
	bool late;
};

/* The next result, or NULL behind the last one of a statement and when the connection is lost. */
static PGresult *next_result(struct wait *w)
{
	PGconn *pg = w->c->pg;

	while (PQisBusy(pg) != 0) {
		int unsent = PQflush(pg);
		short events = unsent > 0 ? POLLIN | POLLOUT : POLLIN;

		if (unsent < 0)
			break; // libpq reads the server's last words and reports the loss
		if (!conn_wait(pg, events, w->until_us)) {
			w->late = true;
			return NULL;
		}
		if (PQconsumeInput(pg) == 0)
			break;
	}
	return PQgetResult(pg);
}

/* The next result, which has to be there; passes over the NULL behind the one before. */
static PGresult *expect_result(struct wait *w)
{
	PGresult *res = next_result(w);

	return res == NULL && !w->late ? next_result(w) : res;
}

static bool state_is(const PGresult *res, const char *state)
{
	const char *its = PQresultErrorField(res, PG_DIAG_SQLSTATE);

	return its != NULL && strcmp(its, state) == 0;
}

/*
 * The server has undone the round when it complains about a prepared statement, so that it can be
 * sent again: unnamed if somebody else's statements are in this session, in a new session if a
 * table has changed under a plan.
 */
static void judge(struct conn *c, struct round *r, const PGresult *res)
{
	bool foreign = state_is(res, NO_SUCH_STMT) || state_is(res, SAME_STMT_TWICE);

	if (c->pooled || (!foreign && !state_is(res, CHANGED_RESULT)))
		return;
	r->again = true;
	c->pooled = foreign;
	if (foreign)
		log_event(LOG_WARN, "db.pooled", LOG_TEXT("server", c->label),
			LOG_TEXT("why", "prepared statements do not stay"));
}

/* One result that has to be good; of a lost connection *res is NULL. */
static int take(
	struct wait *w, struct round *r, const char *statement, PGresult **res, struct err *e)
{
	ExecStatusType status;

	*res = expect_result(w);
	if (*res == NULL)
		return -1;
	status = PQresultStatus(*res);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return 0;
	judge(w->c, r, *res);
	return sqlstate_error(*res, statement, e);
}

/* mem is for the rows; NULL: they are not wanted. */
static int take_step(
	struct wait *w, struct round *r, struct db_step *step, struct arena *mem, struct err *e)
{
	const struct stmt_info *s = &stmt_table[step->stmt];
	unsigned char *prepared = &w->c->prepared[step->stmt];
	struct span count;
	uint64_t n;

	step->out = (struct rows){ NULL, 0 };
	step->count = 0;
	if (*prepared == PREPARE_SENT) {
		RESULT_AUTO parsed = NULL;

		if (take(w, r, s->name, &parsed, e) != 0)
			return -1;
		*prepared = PREPARED;
	}
	RESULT_AUTO res = NULL;
	if (take(w, r, s->name, &res, e) != 0)
		return -1;
	if ((size_t)PQnfields(res) != s->n_cols && s->kind != STMT_EXEC)
		return err_set(e, ERR_INTERNAL, "%s gives %d columns, not %zu", s->name,
			PQnfields(res), s->n_cols);
	count = span_of(PQcmdTuples(res));
	if (s->kind == STMT_EXEC)
		step->count = span_u64(count, INT64_MAX, &n) ? (int64_t)n : 0;
	else if (mem != NULL)
		return rows_copy(res, mem, &step->out, e);
	/* COMMIT of a failed transaction succeeds and says ROLLBACK. */
	if (step->stmt == q_db_commit && strcmp(PQcmdStatus(res), "COMMIT") != 0)
		return err_set(e, ERR_INTERNAL, "the transaction had failed before its commit");
	return 0;
}

/* ---- a round --------------------------------------------------------------------------------- */

static unsigned needed_mode(const struct conn *c, const struct round *r)
{
	bool stays = !c->pooled && (c->mode == MODE_PLAIN || c->mode == STMT_PINNED);
	unsigned flags = 0;

	for (size_t i = 0; i < r->n; i++) {
		unsigned own = stmt_table[r->steps[i].stmt].flags;

		stays = stays && (own & STMT_NEUTRAL) != 0;
		flags |= own;
	}
	return stays ? (unsigned)c->mode : flags & (STMT_PINNED | STMT_LONG);
}

/* A failed transaction takes nothing but its end. */
static bool ends_transaction(const struct round *r)
{
	return r->steps[0].stmt == q_db_commit || r->steps[0].stmt == q_db_rollback;
}

/* Sends everything. What was queued before an argument that does not fit must not reach its Sync.
 */
static int send_round(struct conn *c, struct db_step *const *prefix, size_t n_prefix,
	const struct round *r, struct err *e)
{
	for (size_t i = 0; i < n_prefix + r->n; i++) {
		const struct db_step *step = i < n_prefix ? prefix[i] : &r->steps[i - n_prefix];

		if (send_step(c, step, e) != 0) {
			if (i > 0)
				conn_close(c);
			return -1;
		}
	}
	if (PQpipelineSync(c->pg) != 1)
		return lost(c, "could not send: ", e);
	return 0;
}

/*
 * Reads to the end of the round. Here an error of the commit at Sync shows itself, for example of a
 * deferred constraint: *rc becomes -1. False if the connection is lost.
 */
static bool finish(struct wait *w, int *rc, struct err *e)
{
	for (int empty = 0; !w->late && empty < 2;) {
		RESULT_AUTO res = next_result(w);

		empty = res == NULL ? empty + 1 : 0;
		if (res == NULL)
			continue;
		if (PQresultStatus(res) == PGRES_PIPELINE_SYNC)
			return PQstatus(w->c->pg) == CONNECTION_OK;
		if (PQresultErrorField(res, PG_DIAG_SQLSTATE) != NULL)
			*rc = sqlstate_error(res, "commit", e);
	}
	return false;
}

static int take_round(struct wait *w, struct db_step *const *prefix, size_t n_prefix,
	struct round *r, unsigned need, struct err *e)
{
	for (size_t i = 0; i < n_prefix; i++) {
		if (take_step(w, r, prefix[i], r->mem, e) != 0)
			return -1;
		if (prefix[i]->stmt == q_db_begin)
			r->began = true;
		if (prefix[i]->stmt == q_db_mode && !w->c->pooled)
			w->c->mode = (int)need;
	}
	for (size_t i = 0; i < r->n; i++)
		if (take_step(w, r, &r->steps[i], r->mems != NULL ? r->mems[i] : r->mem, e) != 0)
			return -1;
	return 0;
}

/* After an error nobody knows which Parse was reached unless its answer came. */
static void forget_unsure(struct conn *c)
{
	c->mode = MODE_UNKNOWN;
	for (size_t i = 0; i < N_STMTS; i++)
		if (c->prepared[i] == PREPARE_SENT)
			c->prepared[i] = NOT_PREPARED;
}

int conn_run(struct conn *c, struct round *r, struct err *e)
{
	unsigned need = needed_mode(c, r);
	bool slow = (need & STMT_LONG) != 0;
	int timeout_ms = slow ? DB_LONG_TIMEOUT_MS : DB_STATEMENT_TIMEOUT_MS;
	const struct arg mode_args[] = {
		arg_str((need & STMT_PINNED) != 0 ? "force_generic_plan" : "auto"),
		arg_str((need & STMT_PINNED) != 0 ? "off" : "on"),
		arg_str(slow ? VALUE_OF(DB_LONG_TIMEOUT_MS) : VALUE_OF(DB_STATEMENT_TIMEOUT_MS)),
		arg_bool(c->pooled),
		arg_end(),
	};
	struct db_step begin = { .stmt = q_db_begin };
	struct db_step mode = { .stmt = q_db_mode, .args = mode_args };
	struct db_step *prefix[2];
	size_t n_prefix = 0;
	struct wait w = { .c = c };
	int rc;

	if (r->begin)
		prefix[n_prefix++] = &begin;
	if ((c->pooled ? need != MODE_PLAIN : (int)need != c->mode) && !ends_transaction(r))
		prefix[n_prefix++] = &mode;
	timeout_ms = r->timeout_ms > 0 ? r->timeout_ms : timeout_ms + DB_MARGIN_MS;
	if (send_round(c, prefix, n_prefix, r, e) != 0) {
		r->lost = c->pg == NULL;
		forget_unsure(c);
		return -1;
	}
	w.until_us = clock_mono_us() + timeout_ms * INT64_C(1000);
	rc = take_round(&w, prefix, n_prefix, r, need, e);
	if (!finish(&w, &rc, e)) {
		r->lost = true;
		return lost(c, w.late ? "no answer in time" : "", e);
	}
	c->used_at_us = clock_mono_us();
	if (rc == 0)
		return 0;
	forget_unsure(c);
	if (r->again || (ends_transaction(r) && PQtransactionStatus(c->pg) != PQTRANS_IDLE))
		conn_close(c);
	return -1;
}

/* The line of a script in which the error's position lies; positions count characters from 1. */
static unsigned error_line(const PGresult *res, const char *text)
{
	const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
	uint64_t n;
	unsigned line = 1;

	if (position == NULL || !span_u64(span_of(position), INT32_MAX, &n))
		return 0;
	for (; *text != '\0' && n > 1; text++) {
		if (*text == '\n')
			line++;
		n -= ((unsigned char)*text & 0xc0) != 0x80;
	}
	return line;
}

static int script_error(const PGresult *res, struct script *script, struct err *e)
{
	const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
	struct err mine = { 0 };

	snprintf(script->state, sizeof(script->state), "%s", state != NULL ? state : "");
	sqlstate_error(res, script->name, &mine);
	return err_set(e, mine.kind, "line %u of %s", error_line(res, script->text), mine.detail);
}

int conn_script(struct conn *c, struct script *script, struct err *e)
{
	RESULT_AUTO res = NULL;

	if (PQexitPipelineMode(c->pg) != 1 || PQsetnonblocking(c->pg, 0) != 0)
		return lost(c, "", e);
	res = PQexec(c->pg, script->text);
	if (PQstatus(c->pg) != CONNECTION_OK || PQsetnonblocking(c->pg, 1) != 0 ||
		PQenterPipelineMode(c->pg) != 1)
		return lost(c, "", e);
	if (PQresultStatus(res) == PGRES_COMMAND_OK || PQresultStatus(res) == PGRES_TUPLES_OK ||
		PQresultStatus(res) == PGRES_EMPTY_QUERY)
		return 0;
	return script_error(res, script, e);
}

/* ---- connecting ------------------------------------------------------------------------------ */

static int refuse(struct conn *c, const char *what, struct err *e)
{
	int64_t pause_ms = FIRST_RETRY_MS;

	for (unsigned i = 0; i < c->failures && pause_ms < DB_RETRY_MAX_MS; i++)
		pause_ms *= 2;
	if (pause_ms > DB_RETRY_MAX_MS)
		pause_ms = DB_RETRY_MAX_MS;
	c->retry_at_us = clock_mono_us() + pause_ms * 1000;
	c->failures++;
	lost(c, what, e);
	if (c->failures == 1)
		log_err(LOG_WARN, "db.away", e);
	return -1;
}

/* Drives libpq's connecting to its end. */
static bool connected(struct conn *c, int64_t until_us)
{
	PostgresPollingStatusType next = PGRES_POLLING_WRITING;

	c->pg = PQconnectStartParams(
		(const char *const *)c->info.keys, (const char *const *)c->info.values, 0);
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD)
		return false;
	while (next == PGRES_POLLING_READING || next == PGRES_POLLING_WRITING) {
		if (!conn_wait(c->pg, next == PGRES_POLLING_READING ? POLLIN : POLLOUT, until_us))
			return false;
		next = PQconnectPoll(c->pg);
	}
	return next == PGRES_POLLING_OK;
}

static int run_own(struct conn *c, enum stmt stmt, struct arena *m, int64_t until_us,
	struct row *out, struct err *e)
{
	struct db_step step = { .stmt = stmt };
	struct round r = { .steps = &step, .n = 1, .mem = m };

	r.timeout_ms = (int)((until_us - clock_mono_us()) / 1000) + 1;
	if (conn_run(c, &r, e) != 0)
		return -1;
	if (step.out.n != 1)
		return err_set(e, ERR_INTERNAL, "%s gave no row", stmt_table[stmt].name);
	*out = step.out.v[0];
	return 0;
}

/* Finds out whether a pooler stands between. */
static int greet(struct conn *c, int64_t until_us, struct err *e)
{
	bool known = c->pooled;
	struct arena *m = arena_new(0);
	struct row row;
	int rc;

	c->pooled = true; // so that nothing is left behind
	rc = run_own(c, q_db_backend, m, until_us, &row, e);
	if (rc == 0 && !known) {
		c->pooled = row_i64(&row, db_backend_pid) != PQbackendPID(c->pg);
		if (c->pooled)
			log_event(LOG_INFO, "db.pooled", LOG_TEXT("server", c->label),
				LOG_TEXT("why", "another process answers"));
	}
	if (rc == 0 && c->pooled)
		rc = run_own(c, q_db_pooled_settings, m, until_us, &row, e);
	arena_free(m);
	c->mode = MODE_PLAIN;
	return rc;
}

static int attempt(struct conn *c, int64_t until_us, struct err *e)
{
	while (!connected(c, until_us)) {
		if (c->pooled || strstr(PQerrorMessage(c->pg), POOLER_REFUSES) == NULL)
			return refuse(
				c, clock_mono_us() >= until_us ? "no answer in time " : "", e);
		c->pooled = true;
		conn_close(c);
		conninfo_drop_options(&c->info);
		log_event(LOG_INFO, "db.pooled", LOG_TEXT("server", c->label),
			LOG_TEXT("why", "startup options are refused"));
	}
	PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
	if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1)
		return refuse(c, "", e);
	if (greet(c, until_us, e) != 0) {
		if (c->pg == NULL)
			return refuse(c, "", e);
		conn_close(c);
		return -1;
	}
	if (c->failures > 0)
		log_event(LOG_INFO, "db.back", LOG_TEXT("server", c->label));
	c->failures = 0;
	return 0;
}

int conn_open(struct conn *c, int timeout_ms, struct err *e)
{
	int64_t now = clock_mono_us();
	int rc;

	if (c->pg != NULL)
		return 0;
	if (now < c->retry_at_us)
		return sqlstate_lost(NULL, c->label, "pause after a failed attempt", e);
	rc = attempt(c, now + timeout_ms * INT64_C(1000), e);
	if (rc == 0)
		c->connects++;
	else
		c->refused++;
	c->waited_us += clock_mono_us() - now;
	return rc;
}
