#ifndef TESTS_DB_FIXTURE_H
#define TESTS_DB_FIXTURE_H

/* What the tests of lib/db share: a database with table thing, a struct db on it, an arena. */
#include "tests/unit/pg.h"

#include <string.h>

#include "db/db.h"

#define THING                                                                                      \
	"CREATE TABLE thing (id int8 PRIMARY KEY, name text NOT NULL CHECK (name <> ''),"          \
	" owner int8 REFERENCES thing DEFERRABLE INITIALLY DEFERRED)"
#define RAISE                                                                                      \
	"CREATE FUNCTION raise_state(text) RETURNS void LANGUAGE plpgsql AS "                      \
	"$$ BEGIN RAISE EXCEPTION 'raised' USING ERRCODE = $1; END $$"

static struct pg pg;
static struct db *d;
static struct arena *m;

static int ATTR_UNUSED begin(void **state)
{
	(void)state;
	pg_make(&pg);
	pg_do(pg.admin, THING);
	pg_do(pg.admin, RAISE);
	d = db_new(&pg.conf, "podium-test");
	m = arena_new(256 * 1024 * 1024);
	return 0;
}

static int ATTR_UNUSED end(void **state)
{
	(void)state;
	db_close(d);
	arena_free(m);
	pg_drop(&pg);
	return 0;
}

static void ok(int rc, const struct err *e)
{
	if (rc != 0)
		fail_msg("%s: %s (%s)", err_kind_name(e->kind), e->text, e->detail);
}

#define OK(call) ok((call), &e)

static int64_t ATTR_UNUSED count_things(void)
{
	struct err e = { 0 };
	struct row row;

	OK(db_one(d, m, q_things, NO_ARGS, &row, &e));
	return row_i64(&row, things_n);
}

static int ATTR_UNUSED put(int64_t id, const char *name, struct err *e)
{
	return db_exec(d, q_put, ARGS(arg_i64(id), arg_str(name)), NULL, e);
}

static int64_t ATTR_UNUSED pid(void)
{
	struct err e = { 0 };
	struct row row;

	OK(db_one(d, m, q_session, NO_ARGS, &row, &e));
	return row_i64(&row, session_pid);
}

/* Ends the session of d, as an administrator or a restart does. */
static void ATTR_UNUSED kill_session(int64_t which)
{
	char sql[200];

	snprintf(sql, sizeof(sql), "SELECT pg_terminate_backend(%lld, 5000)", (long long)which);
	pg_do(pg.admin, sql);
}

#endif
