/*
 * Where a statement runs and what happens when its server fails.
 *
 * BEGIN waits for the first statement of the transaction and travels with it. A connection that the
 * server has ended is noticed before anything is sent, and replaced; that is always safe. If it
 * breaks afterwards, nobody knows what was done: the statements are sent once more only if all of
 * them merely read, or if they were the first of a transaction, which cannot have been committed.
 * Everything else is ERR_TEMPORARY and the caller's to decide. A transaction whose connection is
 * gone stays broken until its end.
 *
 * A read that fails on a replica for a reason that may pass is answered by the primary.
 */
#include "db/db.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "db/conn.h"
#include "db/inside.h"
#include "db/question.h"
#include "db/replica.h"
#include "db/sqlstate.h"
#include "db/stmt.h"
#include "os/config.h"
#include "os/fd.h"

/* ---- configuration --------------------------------------------------------------------------- */

static const char *const replica_labels[DB_MAX_REPLICAS] = { "replica 1", "replica 2", "replica 3",
	"replica 4", "replica 5", "replica 6", "replica 7", "replica 8", "replica 9", "replica 10",
	"replica 11", "replica 12", "replica 13", "replica 14", "replica 15", "replica 16" };

static int open_ca(struct db *d, const struct config *conf)
{
	if (conf->postgres_ca[0] == '\0')
		return 0;
	return fd_sealed("postgres-ca", span_of(conf->postgres_ca), &d->ca_fd, &d->broken);
}

static void add_replicas(struct db *d, const struct config *conf, struct conninfo_spec spec)
{
	struct span rest = span_of(conf->postgres_read_db);

	d->replicas = calloc((size_t)db_connections(conf), sizeof(*d->replicas));
	if (d->replicas == NULL)
		abort();
	spec.writable = false;
	while (span_split(&rest, ',', &spec.text)) {
		spec.text = span_trim(spec.text);
		if (spec.text.n == 0)
			continue;
		if (d->n_replicas == DB_MAX_REPLICAS) {
			err_set(&d->broken, ERR_INVALID,
				"POSTGRES_READ_DB names more than %d replicas", DB_MAX_REPLICAS);
			return;
		}
		spec.label = replica_labels[d->n_replicas];
		if (conn_init(&d->replicas[d->n_replicas].conn, &spec, &d->broken) != 0)
			return;
		d->n_replicas++;
	}
}

struct db *db_new(const struct config *conf, const char *application_name)
{
	struct db *d = calloc(1, sizeof(*d));
	struct conninfo_spec spec = { .text = span_of(conf->postgres_db),
		.label = "primary",
		.application_name = application_name,
		.writable = true };

	if (d == NULL)
		abort();
	d->conf = conf;
	d->ca_fd = -1;
	d->max_lag_ms = conf->replica_max_lag_ms;
	if (open_ca(d, conf) != 0)
		return d;
	spec.ca_fd = d->ca_fd;
	if (conn_init(&d->primary, &spec, &d->broken) == 0)
		add_replicas(d, conf, spec);
	return d;
}

void db_close(struct db *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->n_replicas; i++)
		conn_free(&d->replicas[i].conn);
	free(d->replicas);
	conn_free(&d->primary);
	fd_close(&d->ca_fd);
	free(d);
}

const struct config *db_config(const struct db *d)
{
	return d->conf;
}

/* ---- running on the primary ------------------------------------------------------------------ */

bool db_all_have(const struct db_step *steps, size_t n, unsigned flags)
{
	for (size_t i = 0; i < n; i++)
		if ((stmt_table[steps[i].stmt].flags & flags) == 0)
			return false;
	return true;
}

static int tx_lost(struct db *d, struct err *e)
{
	d->tx = TX_BROKEN;
	return sqlstate_lost(NULL, "primary", "the connection of the transaction was lost", e);
}

/* Before anything is sent: a usable connection. What only reads is sent once more if the
 * connection turns out to be dead, so there it is not asked first. */
static int ready(struct db *d, bool reads, int timeout_ms, struct err *e)
{
	if (reads && d->tx == TX_NONE ? d->primary.pg != NULL : conn_alive(&d->primary))
		return 0;
	if (d->tx == TX_OPEN || d->tx == TX_BROKEN)
		return tx_lost(d, e);
	return conn_open(&d->primary, timeout_ms, e);
}

/* After a round that failed: what became of the transaction, and may the round be sent again? */
static bool may_repeat(struct db *d, const struct round *r, bool reads)
{
	if (d->tx == TX_OPEN || (r->began && d->primary.pg != NULL)) {
		d->tx = d->primary.pg != NULL ? TX_OPEN : TX_BROKEN;
		return false;
	}
	return r->again || (r->lost && (reads || d->tx == TX_PENDING));
}

static void forget_answers(struct db *d)
{
	d->offered = NULL;
	d->read.answered = false;
}

/* Answers are of no use any more once something is written. */
static bool is_answered(struct db *d, struct round *r, bool reads)
{
	if (d->tx != TX_NONE || !reads)
		forget_answers(d);
	return (d->offered != NULL && question_answers(d->offered, r->mem, r->steps, r->n)) ||
	       question_answers(&d->read, r->mem, r->steps, r->n);
}

int db_run_on_primary(struct db *d, struct round *r, struct err *e)
{
	bool reads = db_all_have(r->steps, r->n, STMT_READ | STMT_REPLICA);

	if (is_answered(d, r, reads))
		return 0;
	for (int attempt = 0;; attempt++) {
		struct err mine = { 0 };

		if (ready(d, reads && attempt == 0, DB_CONNECT_TIMEOUT_MS, e) != 0)
			return -1;
		r->begin = d->tx == TX_PENDING;
		r->began = r->lost = r->again = false;
		if (conn_run(&d->primary, r, &mine) == 0)
			break;
		if (may_repeat(d, r, reads) && attempt == 0)
			continue;
		if (e->kind == ERR_NONE)
			*e = mine;
		return -1;
	}
	if (d->tx == TX_PENDING)
		d->tx = TX_OPEN;
	if (!reads && d->tx == TX_NONE)
		d->wrote = true;
	if (!reads && d->tx == TX_OPEN)
		d->tx_wrote = true;
	return 0;
}

/* ---- replicas -------------------------------------------------------------------------------- */

static bool ask_primary(struct db *d, int timeout_ms, uint64_t *position)
{
	struct err e = { 0 };
	int64_t age_ms;

	return ready(d, false, timeout_ms, &e) == 0 &&
	       server_state(&d->primary, timeout_ms, position, &age_ms, &e) == 0;
}

/* For replica_ready. */
static uint64_t written(void *primary)
{
	struct db *d = primary;

	return ask_primary(d, DB_PROBE_TIMEOUT_MS, &d->written) ? d->written : 0;
}

uint64_t db_position(struct db *d)
{
	if (d->n_replicas == 0)
		return 0;
	if (d->wrote && d->tx == TX_NONE && ask_primary(d, DB_STATEMENT_TIMEOUT_MS, &d->position))
		d->wrote = false;
	return d->position;
}

void db_see(struct db *d, uint64_t position)
{
	d->seen = position;
	d->position = 0;
	d->wrote = false;
}

static struct replica *pick(struct db *d)
{
	uint64_t own = db_position(d);
	uint64_t need = own > d->seen ? own : d->seen;

	if (d->wrote)
		return NULL; // what was written is not known to be anywhere but on the primary
	for (size_t i = 0; i < d->n_replicas; i++) {
		size_t k = (d->next + i) % d->n_replicas;

		if (replica_ready(&d->replicas[k], need, d->max_lag_ms, written, d)) {
			d->next = k + 1;
			return &d->replicas[k];
		}
	}
	return NULL;
}

/* 1: the primary has to answer. */
static int run_on_replica(struct db *d, struct round *r, struct err *e)
{
	struct replica *replica = pick(d);
	struct err mine = { 0 };

	if (replica == NULL)
		return 1;
	if (conn_run(&replica->conn, r, &mine) == 0)
		return 0;
	if (r->lost)
		replica_failed(replica, &mine);
	if (mine.kind == ERR_TEMPORARY || r->again)
		return 1;
	if (e->kind == ERR_NONE)
		*e = mine;
	return -1;
}

bool db_is_elsewhere(const struct db *d, const struct db_step *steps, size_t n)
{
	return d->n_replicas > 0 && d->tx == TX_NONE && db_all_have(steps, n, STMT_REPLICA);
}

int db_run_round(struct db *d, struct round *r, struct err *e)
{
	if (db_is_elsewhere(d, r->steps, r->n)) {
		int rc = is_answered(d, r, true) ? 0 : run_on_replica(d, r, e);

		if (rc <= 0)
			return rc;
	}
	return db_run_on_primary(d, r, e);
}

/* ---- statements ------------------------------------------------------------------------------ */

static int wrong_kind(enum stmt s, struct err *e)
{
	return err_set(e, ERR_INTERNAL, "%s is of another kind", stmt_table[s].name);
}

int db_one(struct db *d, struct arena *m, enum stmt s, const struct arg *a, struct row *out,
	struct err *e)
{
	struct db_step step = { .stmt = s, .args = a };

	if (stmt_table[s].kind != STMT_ONE)
		return wrong_kind(s, e);
	if (db_run(d, m, &step, 1, e) != 0)
		return -1;
	if (step.out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "not found");
	if (step.out.n > 1)
		return err_set(e, ERR_INTERNAL, "%s gave %zu rows", stmt_table[s].name, step.out.n);
	*out = step.out.v[0];
	return 0;
}

int db_many(struct db *d, struct arena *m, enum stmt s, const struct arg *a, struct rows *out,
	struct err *e)
{
	struct db_step step = { .stmt = s, .args = a };

	if (stmt_table[s].kind != STMT_MANY)
		return wrong_kind(s, e);
	if (db_run(d, m, &step, 1, e) != 0)
		return -1;
	*out = step.out;
	return 0;
}

int db_exec(struct db *d, enum stmt s, const struct arg *a, int64_t *count, struct err *e)
{
	struct db_step step = { .stmt = s, .args = a };

	if (stmt_table[s].kind != STMT_EXEC)
		return wrong_kind(s, e);
	if (db_run(d, NULL, &step, 1, e) != 0)
		return -1;
	if (count != NULL)
		*count = step.count;
	return 0;
}

int db_batch(struct db *d, struct arena *m, struct db_step *steps, size_t n, struct err *e)
{
	return n == 0 ? 0 : db_run(d, m, steps, n, e);
}

/* ---- transactions ---------------------------------------------------------------------------- */

int tx_begin(struct db *d, struct tx *tx, struct err *e)
{
	*tx = (struct tx){ .db = d };
	if (d->noting != NULL)
		return err_set(e, ERR_TEMPORARY, "this is only written down");
	if (d->tx != TX_NONE)
		return err_set(e, ERR_INTERNAL, "a transaction is open already");
	d->tx = TX_PENDING;
	d->tx_wrote = false;
	tx->open = true;
	return 0;
}

int tx_commit(struct tx *tx, struct err *e)
{
	struct db *d = tx->db;
	struct db_step commit = { .stmt = q_db_commit };
	struct round r = { .steps = &commit, .n = 1 };
	int rc = 0;

	if (!tx->open)
		return err_set(e, ERR_INTERNAL, "no transaction is open");
	tx->open = false;
	if (d->tx != TX_PENDING)
		rc = db_run_on_primary(d, &r, e);
	d->wrote = d->wrote || d->tx_wrote;
	d->tx = TX_NONE;
	if (rc == 0 && tx->tells && d->told != NULL)
		d->told(d->told_to);
	return rc;
}

void db_on_commit(struct db *d, void (*told)(void *to), void *to)
{
	d->told = told;
	d->told_to = to;
}

void tx_rollback(struct tx *tx)
{
	struct db *d = tx->db;
	struct db_step rollback = { .stmt = q_db_rollback };
	struct round r = { .steps = &rollback, .n = 1 };
	struct err e = { 0 };

	if (!tx->open)
		return;
	tx->open = false;
	if (d->tx == TX_OPEN && db_run_on_primary(d, &r, &e) != 0)
		conn_close(&d->primary);
	conn_forget_mode(&d->primary);
	d->tx = TX_NONE;
}

/* ---- health ---------------------------------------------------------------------------------- */

void db_health(struct db *d, struct db_health *out)
{
	*out = (struct db_health){ .replicas = (int)d->n_replicas };
	if (d->broken.kind != ERR_NONE)
		return;
	out->primary_up = ask_primary(d, DB_PROBE_TIMEOUT_MS, &d->written);
	for (size_t i = 0; i < d->n_replicas; i++) {
		replica_check(&d->replicas[i], d->max_lag_ms, out->primary_up ? d->written : 0);
		out->replicas_up += d->replicas[i].up;
	}
}

/* ---- for metrics ----------------------------------------------------------------------------- */

static void add_use(const struct conn *c, struct db_use *out)
{
	out->open += c->pg != NULL;
	out->connects += c->connects;
	out->refused += c->refused;
	out->waited_us += c->waited_us;
}

void db_use(const struct db *d, struct db_use *out)
{
	*out = (struct db_use){ 0 };
	add_use(&d->primary, out);
	for (size_t i = 0; i < d->n_replicas; i++)
		add_use(&d->replicas[i].conn, out);
}
