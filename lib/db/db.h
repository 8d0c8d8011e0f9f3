#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "gen/stmt.h"

/*
 * PostgreSQL by named statements only. The statements stand in sql/query; the build compiles them
 * into enum stmt and, for each one, an enum of its result columns (gen/stmt.h). There is no
 * function that takes SQL text.
 *
 * A struct db is one process's access to the primary and the read replicas. It connects at first
 * use and again after a lost connection. A statement marked `:replica` in its header goes to a
 * healthy replica, round robin, unless the caller is inside a transaction or has to see a write
 * that no replica has replayed yet (db_see). Not shared between processes: open after fork.
 *
 * Errors: 23505 ERR_CONFLICT; 23503, 23514 and class 22 ERR_INVALID; 57014, 55P03 ERR_LIMIT; lost
 * or refused connection, classes 08 and 53, 57P0x, 40001, 40P01, 25006 ERR_TEMPORARY; the rest
 * ERR_INTERNAL. The server's own message goes to err.detail only.
 */
struct db;
struct config;

struct db *db_new(const struct config *conf, const char *application_name); // connects lazily
void db_close(struct db *d);                                                // NULL is allowed
const struct config *db_config(const struct db *d);                         // as given to db_new

/* For the start of a program: libpq can read POSTGRES_DB and POSTGRES_READ_DB. No message quotes
 * them. */
int db_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

/* How many connections a struct db may hold; a listener holds one more. */
int db_connections(const struct config *conf);

/*
 * ERR_INVALID if `processes` processes with a struct db each, and `others` connections beside them,
 * may hold more connections than CONNECTION_LIMIT. `key` names what the operator can lower.
 */
int db_check_limit(const struct config *conf, const char *key, int64_t processes, int others,
	struct err *e) ATTR_MUST_USE;

/*
 * Arguments, in the order and of the types that the statement's header declares; one too many or
 * too few and a type that does not fit are ERR_INTERNAL. Spans must live until the call returns;
 * SPAN_NONE is NULL in SQL. A list is written with ARGS; one that is put together by hand ends with
 * arg_end().
 */
struct arg {
	enum {
		ARG_NULL,
		ARG_I64,
		ARG_BOOL,
		ARG_TEXT,
		ARG_BYTES,
		ARG_TIME,
		ARG_I64_ARRAY,
		ARG_TEXT_ARRAY,
		ARG_END
	} type;
	int64_t number;
	struct span text;
	const int64_t *numbers;
	const struct span *texts;
	size_t n;
};

struct arg arg_null(void);
struct arg arg_i64(int64_t v);
struct arg arg_bool(bool v);
struct arg arg_text(struct span s);
struct arg arg_str(const char *s);                    // NULL is NULL in SQL
struct arg arg_bytes(struct span s);                  // bytea
struct arg arg_time(int64_t unix_us);                 // timestamptz; INT64_MIN is NULL in SQL
struct arg arg_i64s(const int64_t *v, size_t n);      // timestamptz[]: unix_us, INT64_MIN is NULL
struct arg arg_texts(const struct span *v, size_t n); // also bytea[], jsonb[], uuid[], tid[]
struct arg arg_end(void);
#define ARGS(...) ((const struct arg[]){ __VA_ARGS__, arg_end() })
#define NO_ARGS   NULL

/* Results, copied into the arena. Columns are addressed by the generated enum of the statement. */
struct row {
	const struct span *cells; // SPAN_NONE is NULL
	size_t n;
};

struct rows {
	const struct row *v;
	size_t n;
};

bool row_null(const struct row *r, int column);
struct span row_text(const struct row *r, int column); // NULL gives SPAN_NONE
const char *row_str(const struct row *r, int column);  // NUL-terminated; NULL gives ""
int64_t row_i64(const struct row *r, int column);      // NULL gives 0
bool row_bool(const struct row *r, int column);        // NULL gives false
int64_t row_time(
	const struct row *r, int column); // timestamptz as unix microseconds; NULL gives INT64_MIN
struct span row_bytes(const struct row *r, int column, struct arena *m);

/* The statement must be `:one` (no row is ERR_NOT_FOUND), `:many` or `:exec`. count may be NULL. */
int db_one(struct db *d, struct arena *m, enum stmt s, const struct arg *a, struct row *out,
	struct err *e) ATTR_MUST_USE;
int db_many(struct db *d, struct arena *m, enum stmt s, const struct arg *a, struct rows *out,
	struct err *e) ATTR_MUST_USE;
int db_exec(struct db *d, enum stmt s, const struct arg *a, int64_t *count,
	struct err *e) ATTR_MUST_USE;

/*
 * Several statements of any sort in one round trip. Outside a transaction they form one implicit
 * transaction: all or none. `out` of each step is filled, also for `:one` (n is 0 or 1).
 */
struct db_step {
	enum stmt stmt;
	const struct arg *args;
	struct rows out;
	int64_t count; // rows that an :exec changed
};
int db_batch(struct db *d, struct arena *m, struct db_step *steps, size_t n,
	struct err *e) ATTR_MUST_USE;

/* Such statements put together one by one; their arguments are copied into the arena. */
struct db_steps {
	struct arena *mem;
	struct db_step *v;
	size_t n;
	size_t most; // one more is a mistake of the caller's and ends the process
};
struct db_steps db_steps(struct arena *m, size_t most);
/* args as ARGS makes them. What is returned stays where it is. */
struct db_step *db_steps_add(struct db_steps *s, enum stmt stmt, const struct arg *args);

/*
 * A read on the primary that waits for company: it travels in front of the next statement, in its
 * round trip, if that is a read on the primary too and its rows go into the same arena; else in a
 * round trip of its own before it. `done` is called with the rows before that statement's call
 * returns, or with NULL when the read has failed; then the statement has failed as well. It may
 * call db_see and nothing else of this header. Arguments and arena live until then.
 */
struct db_ahead {
	enum stmt stmt;
	const struct arg *args;
	struct arena *mem;
	void (*done)(void *to, const struct rows *rows);
	void *to;
};
/* NULL: what is expected, or was read ahead, is not wanted any more. */
void db_expect(struct db *d, const struct db_ahead *a);
int db_settle(struct db *d, struct err *e) ATTR_MUST_USE; // runs it now if it still waits

/*
 * Reads that a request is going to make one after the other, in one round trip now:
 * db_one, db_many and db_batch with the same statements and arguments and the same arena are
 * answered from it, each once, until something is written. What cannot be read so, because there is
 * too much of it or it fails, is read when its turn comes. At most DB_MOST_AHEAD steps.
 */
void db_read_ahead(struct db *d, struct arena *m, const struct db_step *steps, size_t n);
#define DB_MOST_AHEAD 8

/*
 * The first reads of several requests in one round trip, and those for a replica in another. What
 * a request will ask is found out by letting it run behind db_note: its first reads are written
 * down, nothing is asked, and every call but db_settle fails. db_ask asks for all of them at once,
 * and what several want to know, the same statement with the same arguments, once: a crowd that
 * looks at one page costs one read. When the request runs again behind db_offer, that round trip of
 * it is answered already; a request that asks something else after all, or for which db_ask has
 * failed, asks for itself. Rows that several share lie in the arena of the first of them, so that
 * the arenas of all live until each has been answered.
 */
struct db_question;
struct db_question *db_question_new(void);
void db_question_free(struct db_question *q); // NULL is allowed
/* m is where the request wants its rows; NULL for both: no longer. */
void db_note(struct db *d, struct db_question *q, struct arena *m);
void db_ask(struct db *d, struct db_question *const *q, size_t n);
/* q lives until another one, or NULL, is offered. */
void db_offer(struct db *d, struct db_question *q);
#define DB_MOST_ASKED 8 // questions at once

/* A transaction on the primary; statements run through d belong to it until it ends. */
struct tx {
	struct db *db;
	bool open;
	bool tells; // set by the caller: others wait for what it commits (db_on_commit)
};
int tx_begin(struct db *d, struct tx *tx, struct err *e) ATTR_MUST_USE;
int tx_commit(struct tx *tx, struct err *e) ATTR_MUST_USE;
void tx_rollback(struct tx *tx); // does nothing after tx_commit
#define TX_AUTO struct tx CLEANUP(tx_rollback)

/* What is called after the commit of a transaction that tells; it runs no statements. */
void db_on_commit(struct db *d, void (*told)(void *to), void *to);

/*
 * Reading one's own writes. After a commit db_position gives where the primary's log stood, 0 if
 * nothing was written since db_see; kept with the user's session and given to db_see at the start
 * of the next request, it keeps that request's `:replica` statements off replicas that are not
 * there yet.
 */
uint64_t db_position(struct db *d); // asks the primary if something was written; never fails
void db_see(struct db *d, uint64_t position);

/*
 * The number of a row of the primary that keeps its number and is never deleted, by a name that is
 * a constant of the program. Remembered until the connection is lost, for DB_MAX_KNOWN names.
 */
bool db_known(struct db *d, const char *name, int64_t *id);
void db_know(struct db *d, const char *name, int64_t id);

/* For /health and metrics. */
struct db_health {
	bool primary_up;
	int replicas;
	int replicas_up; // reachable and inside REPLICA_MAX_LAG_MS
};
void db_health(struct db *d, struct db_health *out); // asks the servers; at most 1 s each

/* What this struct db has of connections, and what they have cost since db_new. */
struct db_use {
	int open;
	int64_t connects;
	int64_t refused;
	int64_t waited_us;
};
void db_use(const struct db *d, struct db_use *out);

/*
 * A connection of its own that listens on one channel. The payloads are hints and may be lost;
 * whoever waits for them polls as well.
 */
struct db_listener;
struct db_listener *db_listen(const struct config *conf, const char *channel);
int db_listener_fd(struct db_listener
		*l); // -1 while not connected; db_listener_next reconnects, at most once a second
bool db_listener_next(
	struct db_listener *l, struct arena *m, struct span *payload); // never blocks for long
void db_listener_close(struct db_listener *l);

#endif
