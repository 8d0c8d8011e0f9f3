#ifndef DB_CONN_H
#define DB_CONN_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "db/conninfo.h"
#include "db/db.h"

struct params;

/*
 * One connection to one server, made when it is needed. Everything it is asked to do is a round:
 * some statements sent at once with one Sync behind them, so that outside an explicit transaction
 * they are one implicit transaction.
 */
struct conn {
	struct conninfo info;
	const char *label; // "primary", "replica 1"; static
	PGconn *pg;        // NULL while not connected
	bool pooled;       // a pooler stands between: nothing may be left behind in the session
	unsigned char *prepared; // for each statement, enum prepared
	int mode;                // enum mode, or -1 if not known
	int64_t used_at_us;      // monotonic: end of the last round
	int64_t retry_at_us;     // no attempt to connect before this
	unsigned failures;       // to connect, in sequence
	int64_t connects;        // so far
	int64_t refused;         // attempts that failed
	int64_t waited_us;       // in all attempts
	struct params *params;   // of the statement that is being sent
	struct buf scratch;      // what params point to
};

/* Takes spec as conninfo_make does. */
int conn_init(struct conn *c, const struct conninfo_spec *spec, struct err *e) ATTR_MUST_USE;
void conn_free(struct conn *c);

/*
 * Connects unless connected. ERR_TEMPORARY if that fails, and at once, without an attempt, during
 * the pause after a failure (at most DB_RETRY_MAX_MS).
 */
int conn_open(struct conn *c, int timeout_ms, struct err *e) ATTR_MUST_USE;
void conn_close(struct conn *c);
void conn_forget_mode(struct conn *c); // after a rollback, which may have undone its change

/* False, and closes it, if the server has ended an idle connection. Costs a system call only after
 * an idle millisecond. */
bool conn_alive(struct conn *c);

/* What PgBouncer says of session settings in the startup packet. */
#define POOLER_REFUSES "unsupported startup parameter"

struct round {
	bool begin; // BEGIN comes first
	struct db_step *steps;
	size_t n;
	struct arena *mem;         // for the rows; NULL: rows are not wanted
	struct arena *const *mems; // instead, for each step its own
	int timeout_ms;            // 0: that of the statements

	/* Answers. */
	bool began; // the server has accepted BEGIN
	bool lost;  // the connection was lost after sending: what was done is not known
	bool again; // the server has refused to run it for a reason that is gone at a second try
};

/* The connection is open. After -1 with lost it is closed. */
int conn_run(struct conn *c, struct round *r, struct err *e) ATTR_MUST_USE;

struct script {
	const char *name;
	const char *text;
	char state[6]; // SQLSTATE of its error, or empty
};

/* Runs the statements of a file of sql/schema inside the open transaction, without a deadline. The
 * error's text names the file and, where the server knows it, the line. */
int conn_script(struct conn *c, struct script *script, struct err *e) ATTR_MUST_USE;

/* Waits until the socket is ready for the events (poll.h) or the time, monotonic, has come. */
bool conn_wait(const PGconn *pg, short events, int64_t until_us);

#endif
