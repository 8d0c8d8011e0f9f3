/* What storing an answer, or a failure, does to the database. Runs as the role of the job runners.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/contest_store.h"
#include "tests/unit/pg.h"

#define MICRO INT64_C(1000000)
#define HOUR  INT64_C(3600)
#define DAY   (24 * HOUR)
#define T0    INT64_C(1791290306)

struct lab {
	struct pg pg;
	char conninfo[1100];
	struct db *db;
	struct arena *mem;
	int64_t clock_s; // the time of the next fetch
};

static int make(void **state)
{
	const char *server = getenv("TEST_POSTGRES");
	struct lab *l;

	*state = NULL;
	if (server == NULL || server[0] == '\0')
		return 0;
	l = calloc(1, sizeof *l);
	assert_non_null(l);
	pg_make(&l->pg);
	(void)snprintf(l->conninfo, sizeof l->conninfo, "%s user=podium_job", l->pg.conninfo);
	l->pg.conf.postgres_db = l->conninfo;
	l->db = db_new(&l->pg.conf, "test");
	l->mem = arena_new(64 * 1024 * 1024);
	l->clock_s = T0;
	*state = l;
	return 0;
}

static int drop(void **state)
{
	struct lab *l = *state;

	if (l == NULL)
		return 0;
	db_close(l->db);
	arena_free(l->mem);
	pg_drop(&l->pg);
	free(l);
	return 0;
}

static struct lab *lab(void **state)
{
	if (*state == NULL) {
		print_message("# skipped: TEST_POSTGRES names no server\n");
		skip();
	}
	return *state;
}

/* One value, asked as superuser. */
static const char *ask(struct lab *l, const char *sql)
{
	PGresult *res = PQexec(l->pg.admin, sql);
	const char *value;

	if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
		fail_msg("%s: %d rows %s", sql, PQntuples(res), PQerrorMessage(l->pg.admin));
	value = arena_dup(l->mem, span_of(PQgetvalue(res, 0, 0)));
	PQclear(res);
	return value;
}

#define is(l, sql, want) assert_string_equal(ask((l), (sql)), (want))

/* status, sequence and start (seconds from T0) of every contest, by id. */
static const char *picture(struct lab *l)
{
	return ask(l,
		"SELECT coalesce(string_agg(native_id || ' ' || status || ' ' || sequence || ' ' || "
		"(extract(epoch FROM start_at) - 1791290306)::int8, ', ' ORDER BY native_id), '') "
		"FROM external_contest WHERE platform = 'codeforces'");
}

static void add(struct lab *l, struct contest_rows *rows, const char *id, const char *title,
	int64_t start_s)
{
	struct contest_row row = {
		.native_id = span_of(id),
		.title = span_of(title),
		.start_s = start_s,
		.end_s = start_s + 2 * HOUR,
		.url = SPAN("https://codeforces.com/contests/1"),
	};
	size_t before = rows->n;

	if (rows->platform == PLATFORM_ATCODER)
		row.url = SPAN("https://atcoder.jp/contests/1");
	contest_rows_add(rows, l->mem, &row, l->clock_s);
	assert_int_equal(rows->n, before + 1);
}

static struct contest_rows answer(struct lab *l, const char *ids)
{
	struct contest_rows rows;

	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	for (const char *p = ids; *p != '\0'; p++) {
		const char id[2] = { *p, '\0' };

		add(l, &rows, id, id, T0 + (*p - 'a' + 1) * DAY);
	}
	return rows;
}

static int try_put(
	struct lab *l, const struct contest_rows *rows, struct contest_stored *out, struct err *e)
{
	struct source_try t = { rows->platform, l->clock_s * MICRO, (l->clock_s + 2) * MICRO };

	return contest_store(l->db, l->mem, &t, rows, out, e);
}

static struct contest_stored put(struct lab *l, const struct contest_rows *rows)
{
	struct contest_stored out;
	struct err e = { 0 };

	if (try_put(l, rows, &out, &e) != 0)
		fail_msg("%s %s (%s)", err_kind_name(e.kind), e.text, e.detail);
	l->clock_s += 60;
	return out;
}

static void fail_fetch(struct lab *l, enum err_kind kind, const char *text)
{
	struct source_try t = { PLATFORM_CODEFORCES, l->clock_s * MICRO, (l->clock_s + 2) * MICRO };
	struct err why = { 0 };
	struct err e = { 0 };

	(void)err_set(&why, kind, "%s", text);
	assert_int_equal(source_failed(l->db, l->mem, &t, &why, &e), 0);
	l->clock_s += 60;
}

static void the_same_answer_twice_changes_nothing(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "abc");
	struct contest_stored out = put(l, &rows);
	const char *before;

	assert_int_equal(out.added, 3);
	assert_int_equal(out.changed + out.cancelled, 0);
	before = ask(l,
		"SELECT md5(string_agg(to_jsonb(c) - 'last_seen_at' #>> '{}', '' ORDER BY id)) "
		"FROM external_contest c");
	for (int i = 0; i < 3; i++) {
		out = put(l, &rows);
		assert_int_equal(out.added + out.changed + out.cancelled, 0);
	}
	is(l,
		"SELECT md5(string_agg(to_jsonb(c) - 'last_seen_at' #>> '{}', '' ORDER BY id)) "
		"FROM external_contest c",
		before);
	is(l, "SELECT count(*) FROM contest_change WHERE kind = 'announced'", "3");
	is(l, "SELECT count(*) FROM contest_change", "3");
	is(l, "SELECT count(*) FROM external_contest WHERE last_seen_at > first_seen_at", "3");
	is(l, "SELECT n_rows FROM source WHERE platform = 'codeforces'", "3");
}

static void moved_and_renamed(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "ab");
	struct contest_stored out;

	(void)put(l, &rows);
	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	add(l, &rows, "a", "a", T0 + DAY + HOUR);
	add(l, &rows, "b", "Better", T0 + 2 * DAY + HOUR);
	out = put(l, &rows);
	assert_int_equal(out.changed, 2);
	assert_string_equal(picture(l), "a upcoming 1 90000, b upcoming 1 176400");
	is(l,
		"SELECT string_agg(native_id || ' ' || kind, ', ' ORDER BY h.id) FROM contest_change h "
		"JOIN external_contest c ON c.id = contest_id WHERE kind <> 'announced' AND "
		"native_id = 'a'",
		"a moved");
	is(l,
		"SELECT string_agg(kind, ', ' ORDER BY kind) FROM contest_change h "
		"JOIN external_contest c ON c.id = contest_id WHERE kind <> 'announced' AND "
		"native_id = 'b'",
		"moved, renamed");
	is(l, "SELECT from_title || ' ' || to_title FROM contest_change WHERE kind = 'renamed'",
		"b Better");
	is(l,
		"SELECT bool_and(to_start_at - from_start_at = '1 hour' AND "
		"to_end_at - from_end_at = '1 hour')::text FROM contest_change WHERE kind = 'moved'",
		"true");
	is(l, "SELECT bool_and(changed_at > first_seen_at)::text FROM external_contest", "true");
}

static void vanished_is_called_off_and_returns(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "abc");
	struct contest_rows without = answer(l, "ac");
	struct contest_stored out;

	(void)put(l, &rows);
	out = put(l, &without);
	assert_int_equal(out.cancelled, 1);
	assert_string_equal(
		picture(l), "a upcoming 0 86400, b cancelled 1 172800, c upcoming 0 259200");
	is(l, "SELECT count(*) FROM contest_change WHERE kind = 'cancelled'", "1");
	assert_int_equal(put(l, &without).cancelled, 0);
	out = put(l, &rows);
	assert_int_equal(out.changed, 1);
	assert_string_equal(
		picture(l), "a upcoming 0 86400, b upcoming 2 172800, c upcoming 0 259200");
	is(l, "SELECT count(*) FROM contest_change WHERE kind = 'returned'", "1");
	is(l, "SELECT count(*) FROM external_contest WHERE cancelled_at IS NOT NULL", "0");
}

static void what_has_begun_stays(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows;

	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	add(l, &rows, "running", "x", T0 - HOUR);
	add(l, &rows, "near", "x", T0 + SOURCE_PRUNE_MARGIN_S);
	add(l, &rows, "later", "x", T0 + SOURCE_PRUNE_MARGIN_S + 200);
	add(l, &rows, "stays", "x", T0 + DAY);
	(void)put(l, &rows);
	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	add(l, &rows, "stays", "x", T0 + DAY);
	assert_int_equal(put(l, &rows).cancelled, 1);
	assert_string_equal(picture(l), "later cancelled 1 800, near upcoming 0 600, "
					"running upcoming 0 -3600, stays upcoming 0 86400");
	l->clock_s = T0 + 30 * DAY;
	contest_rows_start(&rows, PLATFORM_CODEFORCES);
	(void)put(l, &rows);
	(void)put(l, &rows);
	is(l, "SELECT count(*) FROM external_contest WHERE status = 'cancelled'", "1");
}

static void a_sudden_zero_has_to_be_said_twice(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "ab");
	struct contest_rows none = answer(l, "");
	struct contest_stored out;

	(void)put(l, &rows);
	out = put(l, &none);
	assert_true(out.doubtful);
	assert_int_equal(out.cancelled, 0);
	is(l,
		"SELECT (next_fetch_at - last_success_at)::text FROM source "
		"WHERE platform = 'codeforces'",
		"00:15:00");
	(void)put(l, &rows); // it was an error of the platform
	out = put(l, &none);
	assert_true(out.doubtful);
	assert_string_equal(picture(l), "a upcoming 0 86400, b upcoming 0 172800");
	fail_fetch(l, ERR_TEMPORARY, "away"); // says neither
	out = put(l, &none);
	assert_false(out.doubtful);
	assert_int_equal(out.cancelled, 2);
	assert_string_equal(picture(l), "a cancelled 1 86400, b cancelled 1 172800");
	assert_false(put(l, &none).doubtful);
}

static void absence_counts_only_where_the_answer_reaches(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "abcd");
	struct contest_rows part = answer(l, "a");

	(void)put(l, &rows);
	part.partial = true;
	assert_int_equal(put(l, &part).cancelled, 0);
	part = answer(l, "");
	part.partial = true;
	assert_int_equal(put(l, &part).cancelled, 0);
	assert_int_equal(put(l, &part).cancelled, 0);
	part = answer(l, "c");
	part.horizon_s = T0 + 3 * DAY;
	contest_rows_skip(&part, l->mem, SPAN("a"), "odd");
	assert_int_equal(put(l, &part).cancelled, 1);
	assert_string_equal(picture(l), "a upcoming 0 86400, b cancelled 1 172800, "
					"c upcoming 0 259200, d upcoming 0 345600");
	contest_rows_skip(&part, l->mem, SPAN_NONE, "odd, and nobody knows which");
	part.horizon_s = 0;
	assert_int_equal(put(l, &part).cancelled, 0);
	is(l, "SELECT n_skipped FROM source WHERE platform = 'codeforces'", "2");
}

static void platforms_do_not_meet(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "ab");
	struct contest_rows other;

	(void)put(l, &rows);
	contest_rows_start(&other, PLATFORM_ATCODER);
	add(l, &other, "a", "a", T0 + DAY);
	assert_int_equal(put(l, &other).added, 1);
	contest_rows_start(&other, PLATFORM_ATCODER);
	(void)put(l, &other);
	assert_int_equal(put(l, &other).cancelled, 1);
	assert_string_equal(picture(l), "a upcoming 0 86400, b upcoming 0 172800");
}

static void a_late_answer_is_not_stored(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "ab");
	struct contest_rows old = answer(l, "c");

	l->clock_s = T0 + HOUR;
	(void)put(l, &rows);
	l->clock_s = T0;
	assert_true(put(l, &old).superseded);
	assert_string_equal(picture(l), "a upcoming 0 86400, b upcoming 0 172800");
	l->clock_s = T0;
	fail_fetch(l, ERR_TEMPORARY, "late");
	is(l, "SELECT fail_streak FROM source WHERE platform = 'codeforces'", "0");
}

static void a_failure_touches_only_the_source(void **state)
{
	struct lab *l = lab(state);
	struct contest_rows rows = answer(l, "abc");
	const char *before;

	(void)put(l, &rows);
	before = ask(l, "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM external_contest c");
	fail_fetch(l, ERR_TEMPORARY, "first");
	fail_fetch(l, ERR_FORBIDDEN, "blocked");
	is(l, "SELECT md5(string_agg(c::text, '' ORDER BY id)) FROM external_contest c", before);
	is(l,
		"SELECT fail_streak || ' ' || last_error || ' ' || (extract(epoch FROM failing_since) - "
		"1791290306)::int || ' ' || n_rows FROM source WHERE platform = 'codeforces'",
		"2 blocked 60 3");
	is(l, "SELECT (next_fetch_at - last_try_at)::text FROM source WHERE platform = 'codeforces'",
		"02:00:02");
	(void)put(l, &rows);
	is(l,
		"SELECT fail_streak || ' ' || last_error || ' ' || (failing_since IS NULL) FROM source "
		"WHERE platform = 'codeforces'",
		"0 blocked true");
	is(l, "SELECT count(*) FROM source WHERE last_try_at IS NOT NULL", "1");
}

static void store_by_turns(struct lab own)
{
	struct contest_stored out;
	struct err e = { 0 };

	own.db = db_new(&own.pg.conf, "test");
	for (int k = 0; k < 40; k++) {
		struct contest_rows rows = answer(&own, k % 2 == 0 ? "abcdef" : "bdf");

		own.clock_s = T0 + k * 60;
		if (try_put(&own, &rows, &out, &e) != 0)
			_exit(1);
	}
	db_close(own.db);
	_exit(0);
}

static void three_at_once_take_turns(void **state)
{
	struct lab *l = lab(state);
	pid_t children[3];

	for (size_t i = 0; i < 3; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0)
			store_by_turns(*l);
	}
	for (size_t i = 0; i < 3; i++) {
		int status = -1;

		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	is(l, "SELECT count(*) FROM external_contest", "6");
	is(l,
		"SELECT count(*) FROM external_contest c WHERE sequence <> (SELECT count(*) FROM "
		"contest_change h WHERE h.contest_id = c.id AND kind <> 'announced')",
		"0");
}

static void requests_and_ticks_make_one_job(void **state)
{
	struct lab *l = lab(state);
	struct err e = { 0 };
	TX_AUTO tx = { 0 };
	int64_t job = 0;
	size_t n = 0;

	pg_do(l->pg.admin, "UPDATE source SET next_fetch_at = to_timestamp(1791290306) + "
			   "CASE WHEN platform IN ('atcoder', 'codechef') THEN interval '0' "
			   "ELSE interval '1 h' END");
	assert_int_equal(tx_begin(l->db, &tx, &e), 0);
	assert_int_equal(source_fetch_request(&tx, l->mem, PLATFORM_ATCODER, &job, &e), 0);
	assert_true(job > 0);
	assert_int_equal(source_fetch_request(&tx, l->mem, PLATFORM_ATCODER, &job, &e), 0);
	assert_int_equal(job, 0);
	assert_int_equal(tx_commit(&tx, &e), 0);
	assert_int_equal(source_fetch_due(l->db, l->mem, T0 * MICRO, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(source_fetch_due(l->db, l->mem, T0 * MICRO, &n, &e), 0);
	assert_int_equal(n, 0);
	is(l, "SELECT string_agg(payload->>'platform' || ' ' || priority, ', ' ORDER BY id) FROM job",
		"atcoder 0, codechef 10");
	assert_int_equal(source_fetch_all(l->db, l->mem, &n, &e), 0);
	assert_int_equal(n, N_PLATFORMS - 2);
}

static void when_it_is_asked_again(void **state)
{
	(void)state;
	assert_int_equal(source_next_after_answer(T0, 0, false), T0 + DAY);
	assert_int_equal(source_next_after_answer(T0, T0 + 9 * DAY, false), T0 + DAY);
	assert_int_equal(source_next_after_answer(T0, T0 + 30 * HOUR, false), T0 + 6 * HOUR);
	assert_int_equal(source_next_after_answer(T0, T0 + 24 * HOUR + 5, false), T0 + HOUR);
	assert_int_equal(source_next_after_answer(T0, T0 + 10 * HOUR, false), T0 + HOUR);
	assert_int_equal(source_next_after_answer(T0, T0 + 2 * HOUR + 1200, false), T0 + 1200);
	assert_int_equal(source_next_after_answer(T0, T0 + 2 * HOUR + 60, false), T0 + 900);
	assert_int_equal(source_next_after_answer(T0, T0 + 60, false), T0 + 900);
	assert_int_equal(source_next_after_answer(T0, T0 - 60, false), T0 + DAY);
	assert_int_equal(source_next_after_answer(T0, T0 + 9 * DAY, true), T0 + 900);
	assert_int_equal(source_next_after_failure(T0, ERR_TEMPORARY, 1, 0), T0 + 60);
	assert_int_equal(source_next_after_failure(T0, ERR_TEMPORARY, 3, 0), T0 + 240);
	assert_int_equal(source_next_after_failure(T0, ERR_LIMIT, 1, 120), T0 + 120);
	assert_int_equal(source_next_after_failure(T0, ERR_TEMPORARY, 1000000, 0), T0 + 1800);
	assert_int_equal(source_next_after_failure(T0, ERR_FORBIDDEN, 1, 0), T0 + HOUR);
	assert_int_equal(source_next_after_failure(T0, ERR_INVALID, 9, 0), T0 + 6 * HOUR);
}

#define with_database(f) cmocka_unit_test_setup_teardown(f, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(when_it_is_asked_again),
		with_database(the_same_answer_twice_changes_nothing),
		with_database(moved_and_renamed),
		with_database(vanished_is_called_off_and_returns),
		with_database(what_has_begun_stays),
		with_database(a_sudden_zero_has_to_be_said_twice),
		with_database(absence_counts_only_where_the_answer_reaches),
		with_database(platforms_do_not_meet),
		with_database(a_late_answer_is_not_stored),
		with_database(a_failure_touches_only_the_source),
		with_database(three_at_once_take_turns),
		with_database(requests_and_ticks_make_one_job),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
