/* lib/db against a real server: settings, lost sessions, deadlines, the listener. */
#include "tests/db/fixture.h"

#include <unistd.h>

#include "base/limits.h"
#include "os/clock.h"

/* ---- sessions -------------------------------------------------------------------------------- */

static void settings(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(d, m, q_session, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_zone), "UTC");
	assert_string_equal(row_str(&r, session_statement), "8s");
	assert_string_equal(row_str(&r, session_lock), "4s");
	assert_string_equal(row_str(&r, session_idle), "20s");
	assert_string_equal(row_str(&r, session_app), "podium-test");
	assert_string_equal(row_str(&r, session_plan), "auto");
	assert_string_equal(row_str(&r, session_jit), "off");
	assert_string_equal(row_str(&r, session_encoding), "UTF8");
}

static void plain_again(struct err *e)
{
	struct row r;

	ok(db_one(d, m, q_session, NO_ARGS, &r, e), e);
	assert_string_equal(row_str(&r, session_plan), "auto");
	assert_string_equal(row_str(&r, session_seqscan), "on");
	assert_string_equal(row_str(&r, session_statement), "8s");
}

static void modes(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(d, m, q_session_pinned, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_pinned_plan), "force_generic_plan");
	assert_string_equal(row_str(&r, session_pinned_seqscan), "off");
	assert_string_equal(row_str(&r, session_pinned_statement), "8s");
	OK(db_one(d, m, q_session_neutral, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_neutral_plan), "force_generic_plan");
	OK(db_one(d, m, q_session_long, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_long_plan), "auto");
	assert_string_equal(row_str(&r, session_long_statement), "2min");
	plain_again(&e);
	OK(db_one(d, m, q_session_neutral, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_neutral_plan), "auto");
	/* A rollback takes the change of mode back; the next statement must not believe in it. */
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(db_one(d, m, q_session_pinned, NO_ARGS, &r, &e));
	}
	OK(db_one(d, m, q_session_pinned, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_pinned_plan), "force_generic_plan");
	/* So does an error in the same round. */
	plain_again(&e);
	struct db_step steps[] = { { .stmt = q_session_pinned },
		{ .stmt = q_divide, .args = ARGS(arg_i64(0)) } };
	assert_int_equal(db_batch(d, m, steps, 2, &e), -1);
	e = (struct err){ 0 };
	OK(db_one(d, m, q_session_pinned, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_pinned_plan), "force_generic_plan");
	plain_again(&e);
}

static void prepared_once(void **state)
{
	struct err e = { 0 };
	struct row r;
	int64_t before;

	(void)state;
	OK(db_one(d, m, q_prepared, NO_ARGS, &r, &e));
	OK(db_one(d, m, q_prepared, NO_ARGS, &r, &e));
	before = row_i64(&r, prepared_n);
	assert_true(before > 0);
	OK(db_one(d, m, q_prepared, NO_ARGS, &r, &e));
	assert_int_equal(row_i64(&r, prepared_n), before);
}

static void ended_idle_session(void **state)
{
	struct err e = { 0 };
	int64_t before = pid();

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	kill_session(before);
	OK(put(1, "written though the session was gone", &e));
	assert_true(pid() != before);
	kill_session(pid());
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(put(2, "b", &e));
		OK(tx_commit(&tx, &e));
	}
	kill_session(pid());
	struct db_step steps[] = { { .stmt = q_put, .args = ARGS(arg_i64(3), arg_str("c")) },
		{ .stmt = q_things } };
	OK(db_batch(d, m, steps, 2, &e));
	assert_int_equal(row_i64(&steps[1].out.v[0], things_n), 3);
}

/* An error that the caller has met before does not make what follows fail. */
static void error_from_before(void **state)
{
	struct err e = { .kind = ERR_NOT_FOUND, .text = "from before" };
	struct row r;

	(void)state;
	assert_int_equal(db_one(d, m, q_things, NO_ARGS, &r, &e), 0);
	kill_session(pid());
	assert_int_equal(db_one(d, m, q_things, NO_ARGS, &r, &e), 0);
	assert_int_equal(put(1, "", &e), -1);
	assert_string_equal(e.text, "from before");
}

/* A pooler that hides itself from the question at the start is found out by its first complaint. */
static void missing_prepared_statement(void **state)
{
	struct db *other = db_new(&pg.conf, "podium-test");
	struct err e = { 0 };
	struct row r;

	(void)state;
	OK(db_one(other, m, q_things, NO_ARGS, &r, &e));
	assert_int_equal(db_exec(other, q_raise, ARGS(arg_str("26000")), NULL, &e), -1);
	e = (struct err){ 0 };
	for (int i = 0; i < 3; i++) {
		OK(db_one(other, m, q_prepared, NO_ARGS, &r, &e));
		assert_int_equal(row_i64(&r, prepared_n), 0);
	}
	OK(db_one(other, m, q_session_pinned, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_pinned_plan), "force_generic_plan");
	db_close(other);
}

static void ended_in_transaction(void **state)
{
	struct err e = { 0 };

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	{
		TX_AUTO tx;

		OK(tx_begin(d, &tx, &e));
		OK(put(1, "a", &e));
		kill_session(pid());
		usleep(5000);
		assert_int_equal(put(2, "b", &e), -1);
		assert_int_equal(e.kind, ERR_TEMPORARY);
		e = (struct err){ 0 };
		assert_int_equal(put(2, "b", &e), -1); // not on a new session behind its back
		assert_int_equal(e.kind, ERR_TEMPORARY);
		e = (struct err){ 0 };
		assert_int_equal(tx_commit(&tx, &e), -1);
		assert_int_equal(e.kind, ERR_TEMPORARY);
		e = (struct err){ 0 };
	}
	assert_int_equal(count_things(), 0);
}

/* Ends the session of d a moment from now, from another process. */
static pid_t kill_soon(void)
{
	char conninfo[1000];
	char sql[200];
	pid_t child;

	snprintf(conninfo, sizeof(conninfo), "%s", pg.conninfo);
	snprintf(sql, sizeof(sql), "SELECT pg_sleep(0.3), pg_terminate_backend(%lld)",
		(long long)pid());
	child = fork();
	if (child == 0) {
		PGconn *c = PQconnectdb(conninfo);

		PQclear(PQexec(c, sql));
		_exit(0);
	}
	return child;
}

static void ended_while_it_works(void **state)
{
	struct err e = { 0 };
	struct row r;

	(void)state;
	/* What only reads is asked again. */
	kill_soon();
	OK(db_one(d, m, q_nap_read, ARGS(arg_str("0.6")), &r, &e));
	assert_true(row_bool(&r, nap_read_done) == false);
	/* What may write is not. */
	kill_soon();
	assert_int_equal(db_one(d, m, q_nap, ARGS(arg_str("0.6")), &r, &e), -1);
	assert_int_equal(e.kind, ERR_TEMPORARY);
	/* The first statement of a transaction cannot have been committed. */
	e = (struct err){ 0 };
	kill_soon();
	TX_AUTO tx;
	OK(tx_begin(d, &tx, &e));
	OK(db_one(d, m, q_nap, ARGS(arg_str("0.6")), &r, &e));
	OK(tx_commit(&tx, &e));
}

static void changed_table(void **state)
{
	struct err e = { 0 };
	struct rows rows;

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	pg_do(pg.admin, "ALTER TABLE thing DROP owner");
	OK(put(1, "a", &e));
	OK(db_many(d, m, q_thing_all, NO_ARGS, &rows, &e));
	pg_do(pg.admin, "ALTER TABLE thing ALTER id TYPE int4");
	OK(db_many(d, m, q_thing_all, NO_ARGS, &rows, &e)); // plan is made again in a new session
	assert_int_equal(row_i64(&rows.v[0], thing_all_id), 1);
	pg_do(pg.admin, "ALTER TABLE thing ADD extra text");
	assert_int_equal(db_many(d, m, q_thing_all, NO_ARGS, &rows, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	pg_do(pg.admin, "DROP TABLE thing");
	pg_do(pg.admin, THING);
}

static void deadlines(void **state)
{
	struct err e = { 0 };
	struct row r;
	int64_t started;
	TX_AUTO tx;

	(void)state;
	pg_do(pg.admin, "TRUNCATE thing");
	OK(put(1, "a", &e));
	pg_do(pg.admin, "BEGIN; SELECT * FROM thing FOR UPDATE");
	started = clock_mono_us();
	assert_int_equal(db_exec(d, q_lock_thing, ARGS(arg_i64(1)), NULL, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_true(clock_mono_us() - started < (DB_LOCK_TIMEOUT_MS + 1000) * 1000);
	pg_do(pg.admin, "ROLLBACK");
	e = (struct err){ 0 };
	started = clock_mono_us();
	assert_int_equal(db_one(d, m, q_nap, ARGS(arg_str("20")), &r, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_true(clock_mono_us() - started < (DB_STATEMENT_TIMEOUT_MS + 1000) * 1000);
	e = (struct err){ 0 };
	OK(tx_begin(d, &tx, &e));
	OK(put(2, "b", &e)); // the session lives on
	OK(tx_commit(&tx, &e));
}

/* ---- configuration and the rest -------------------------------------------------------------- */

static void nothing_there(void **state)
{
	struct config conf = pg.conf;
	struct err e = { 0 };
	struct row r;
	struct db *none;
	int64_t started = clock_mono_us();

	(void)state;
	conf.postgres_db = "host=/nonexistent dbname=x password=geheim";
	none = db_new(&conf, "podium-test");
	for (int i = 0; i < 3; i++) {
		e = (struct err){ 0 };
		assert_int_equal(db_one(none, m, q_things, NO_ARGS, &r, &e), -1);
		assert_int_equal(e.kind, ERR_TEMPORARY);
		assert_null(strstr(e.detail, "geheim"));
	}
	assert_true(clock_mono_us() - started < 1000000);
	db_close(none);
	conf.postgres_db = "host=x pasword=geheim";
	none = db_new(&conf, "podium-test");
	e = (struct err){ 0 };
	assert_int_equal(db_one(none, m, q_things, NO_ARGS, &r, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_null(strstr(e.text, "geheim"));
	assert_null(strstr(e.detail, "geheim"));
	db_close(none);
}

static void own_options(void **state)
{
	struct config conf = pg.conf;
	struct err e = { 0 };
	struct row r;
	struct db *other;
	char conninfo[1200];

	(void)state;
	snprintf(conninfo, sizeof(conninfo),
		"%s application_name=mine options='-c statement_timeout=3s'", pg.conninfo);
	conf.postgres_db = conninfo;
	other = db_new(&conf, "podium-test");
	OK(db_one(other, m, q_session, NO_ARGS, &r, &e));
	assert_string_equal(row_str(&r, session_statement), "3s");
	assert_string_equal(row_str(&r, session_app), "mine");
	db_close(other);
	db_close(NULL);
}

static void connections(void **state)
{
	struct config conf = pg.conf;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(db_connections(&conf), 1);
	conf.postgres_read_db = "host=a, host=b,,";
	assert_int_equal(db_connections(&conf), 3);
	conf.connection_limit = 31;
	OK(db_check_limit(&conf, "WORKERS", 10, 1, &e));
	conf.connection_limit = 30;
	assert_int_equal(db_check_limit(&conf, "WORKERS", 10, 1, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_string_equal(e.text,
		"configuration: CONNECTION_LIMIT: WORKERS wants 31 connections to "
		"PostgreSQL, CONNECTION_LIMIT is 30");
}

static void what_libpq_cannot_read(void **state)
{
	struct config conf = pg.conf;
	struct err e = { 0 };

	(void)state;
	OK(db_check(&conf, &e));
	conf.postgres_read_db = "host=a, postgresql://b/c?sslmode=require,,";
	OK(db_check(&conf, &e));
	conf.postgres_read_db = "host=a,password hunter2";
	assert_int_equal(db_check(&conf, &e), -1);
	assert_string_equal(e.text, "configuration: POSTGRES_READ_DB: the connection string of the "
				    "replica cannot be read");
	e = (struct err){ 0 };
	conf.postgres_read_db =
		"a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1,a=1";
	assert_int_equal(db_check(&conf, &e), -1);
	assert_string_equal(
		e.text, "configuration: POSTGRES_READ_DB: more than 16 replicas are named");
	e = (struct err){ 0 };
	conf.postgres_db = "postgresql://a:hunter2@[b";
	assert_int_equal(db_check(&conf, &e), -1);
	assert_null(strstr(e.text, "hunter2"));
}

static bool next_hint(struct db_listener *l, struct span *payload)
{
	for (int i = 0; i < 300; i++) {
		if (db_listener_next(l, m, payload))
			return true;
		usleep(10000);
	}
	return false;
}

static void listening(void **state)
{
	struct db_listener *l = db_listen(&pg.conf, "podium_test");
	struct err e = { 0 };
	struct span payload = SPAN_NONE;

	(void)state;
	for (int i = 0; i < 100 && db_listener_fd(l) < 0; i++)
		assert_false(db_listener_next(l, m, &payload));
	assert_true(db_listener_fd(l) >= 0);
	OK(db_exec(d, q_notify, ARGS(arg_str("one")), NULL, &e));
	OK(db_exec(d, q_notify, ARGS(arg_str("two")), NULL, &e));
	assert_true(next_hint(l, &payload));
	assert_true(span_is(payload, "one"));
	assert_true(next_hint(l, &payload));
	assert_true(span_is(payload, "two"));
	pg_do(pg.admin,
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
		" WHERE application_name = 'podium-listen' AND datname = current_database()");
	for (int i = 0; i < 300 && db_listener_fd(l) >= 0; i++)
		assert_false(db_listener_next(l, m, &payload));
	for (int i = 0; i < 300 && db_listener_fd(l) < 0; i++) {
		assert_false(db_listener_next(l, m, &payload));
		usleep(10000);
	}
	assert_true(db_listener_fd(l) >= 0);
	OK(db_exec(d, q_notify, ARGS(arg_str("three")), NULL, &e));
	assert_true(next_hint(l, &payload));
	assert_true(span_is(payload, "three"));
	db_listener_close(l);
	db_listener_close(NULL);
}

static void positions_without_replicas(void **state)
{
	struct db_health h;

	(void)state;
	assert_int_equal(db_position(d), 0);
	db_see(d, 12345);
	assert_true(count_things() >= 0);
	assert_int_equal(db_position(d), 0);
	db_health(d, &h);
	assert_true(h.primary_up);
	assert_int_equal(h.replicas, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings),
		cmocka_unit_test(modes),
		cmocka_unit_test(prepared_once),
		cmocka_unit_test(ended_idle_session),
		cmocka_unit_test(error_from_before),
		cmocka_unit_test(missing_prepared_statement),
		cmocka_unit_test(ended_in_transaction),
		cmocka_unit_test(ended_while_it_works),
		cmocka_unit_test(changed_table),
		cmocka_unit_test(deadlines),
		cmocka_unit_test(nothing_there),
		cmocka_unit_test(own_options),
		cmocka_unit_test(connections),
		cmocka_unit_test(what_libpq_cannot_read),
		cmocka_unit_test(listening),
		cmocka_unit_test(positions_without_replicas),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("db_session", tests, begin, end);
}
