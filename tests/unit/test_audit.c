/* The audit's chain: writers side by side, and everybody who tampers with a row is found out. */
#include "tests/unit/pg.h"

#include <pthread.h>
#include <string.h>

#include "db/db.h"
#include "model/audit.h"

#define WRITERS 4
#define EACH    25

struct lab {
	struct pg pg;
	struct db *db;
	struct arena *m;
};

static void ok(int rc, const struct err *e)
{
	if (rc != 0)
		fail_msg("%s (%s)", e->text, e->detail);
}

static int set_up(void **state)
{
	struct lab *l;

	*state = NULL;
	if (getenv("TEST_POSTGRES") == NULL)
		return 0;
	l = calloc(1, sizeof(*l));
	pg_make(&l->pg);
	l->m = arena_new(16 * 1024 * 1024);
	l->db = db_new(&l->pg.conf, "unit audit");
	*state = l;
	return 0;
}

static int tear_down(void **state)
{
	struct lab *l = *state;

	if (l == NULL)
		return 0;
	db_close(l->db);
	arena_free(l->m);
	pg_drop(&l->pg);
	free(l);
	return 0;
}

static struct lab *lab_of(void **state)
{
	pg_server(); // skips without one
	return *state;
}

static void add(struct db *d, struct arena *m, int64_t actor, const char *action)
{
	struct audit_entry a = { .actor_id = actor,
		.action = action,
		.object = audit_object(m, "user", actor),
		.detail = SPAN("{\"name\": \"\xc3\xa9t\xc3\xa9, 5:x,\", \"n\": 1}"),
		.address = SPAN("127.0.0.1") };
	struct err e = { 0 };
	TX_AUTO tx = { 0 };

	ok(tx_begin(d, &tx, &e), &e);
	ok(audit_add(&tx, m, &a, &e), &e);
	ok(tx_commit(&tx, &e), &e);
}

static struct audit_verdict verify(struct lab *l, const struct audit_mark *known)
{
	struct audit_verdict v;
	struct err e = { 0 };

	ok(audit_verify(l->db, known, &v, &e), &e);
	return v;
}

static void rows_are_chained(void **state)
{
	struct lab *l = lab_of(state);
	struct audit_verdict v = verify(l, NULL);

	assert_int_equal(v.n, 0);
	assert_int_equal(v.broken_id, 0);
	for (int i = 1; i <= 5; i++)
		add(l->db, l->m, i, "user.role");
	v = verify(l, NULL);
	assert_int_equal(v.n, 5);
	assert_int_equal(v.head.id, 5);
	assert_int_equal(v.broken_id, 0);
}

static void a_row_belongs_to_its_transaction(void **state)
{
	struct lab *l = lab_of(state);
	struct audit_entry a = { .action = "user.lock" };
	struct err e = { 0 };

	for (int i = 0; i < 2; i++) {
		TX_AUTO tx = { 0 };

		ok(tx_begin(l->db, &tx, &e), &e);
		ok(audit_add(&tx, l->m, &a, &e), &e);
		ok(audit_add(&tx, l->m, &a, &e), &e);
		if (i == 1)
			ok(tx_commit(&tx, &e), &e);
		else
			tx_rollback(&tx);
	}
	assert_int_equal(verify(l, NULL).n, 2);
	assert_int_equal(verify(l, NULL).broken_id, 0);
}

static void what_does_not_fit_fails_its_transaction(void **state)
{
	struct lab *l = lab_of(state);
	const struct audit_entry refused[] = {
		{ .action = "User role" },
		{ .action = "user.role", .detail = SPAN("no json") },
	};

	for (size_t i = 0; i < countof(refused); i++) {
		struct err e = { 0 };
		TX_AUTO tx = { 0 };

		ok(tx_begin(l->db, &tx, &e), &e);
		assert_true(audit_add(&tx, l->m, &refused[i], &e) != 0 || tx_commit(&tx, &e) != 0);
		assert_int_equal(e.kind, ERR_INVALID);
	}
	assert_int_equal(verify(l, NULL).n, 0);
}

static void *write_some(void *arg)
{
	const struct config *conf = arg;
	struct db *d = db_new(conf, "unit audit writer");
	struct arena *m = arena_new(16 * 1024 * 1024);

	for (int i = 0; i < EACH; i++)
		add(d, m, i, "user.role");
	db_close(d);
	arena_free(m);
	return NULL;
}

static void writers_side_by_side_make_one_chain(void **state)
{
	struct lab *l = lab_of(state);
	pthread_t t[WRITERS];
	struct audit_verdict v;

	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, write_some, &l->pg.conf), 0);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(t[i], NULL);
	v = verify(l, NULL);
	assert_int_equal(v.n, WRITERS * EACH);
	assert_int_equal(v.broken_id, 0);
}

/* One that has added and not committed holds nobody up. */
static void an_open_transaction_holds_nobody_up(void **state)
{
	struct lab *l = lab_of(state);
	struct db *other = db_new(&l->pg.conf, "unit audit other");
	struct audit_entry a = { .action = "user.lock", .actor_id = 1 };
	struct audit_filter f = {
		.actor_id = -1, .since = INT64_MIN, .until = INT64_MIN, .limit = 10
	};
	struct err e = { 0 };
	TX_AUTO tx = { 0 };
	struct audit_rows rows;

	ok(tx_begin(l->db, &tx, &e), &e);
	ok(audit_add(&tx, l->m, &a, &e), &e);
	add(other, l->m, 2, "user.role");
	ok(tx_commit(&tx, &e), &e);
	ok(audit_list(l->db, l->m, &f, &rows, &e), &e);
	assert_int_equal(rows.n, 2);
	assert_int_equal(rows.v[0].actor_id, 1); // in the order of the commits
	assert_int_equal(rows.v[1].actor_id, 2);
	db_close(other);
}

static void refused(struct lab *l, const char *sql)
{
	PGresult *res = PQexec(l->pg.admin, sql);

	assert_int_equal(PQresultStatus(res), PGRES_FATAL_ERROR);
	assert_string_equal(PQresultErrorField(res, PG_DIAG_SQLSTATE), "42501");
	PQclear(res);
}

static void nobody_changes_a_row(void **state)
{
	struct lab *l = lab_of(state);

	add(l->db, l->m, 1, "user.role");
	refused(l, "UPDATE audit SET actor_id = 2");
	refused(l, "DELETE FROM audit");
	refused(l, "TRUNCATE audit");
	refused(l, "DELETE FROM audit_head");
	for (int i = 0; i < 2; i++) {
		pg_do(l->pg.admin, i == 0 ? "SET ROLE podium_web" : "SET ROLE podium_job");
		refused(l, "UPDATE audit SET actor_id = 2");
		refused(l, "DELETE FROM audit");
		refused(l, "TRUNCATE audit");
		refused(l, "INSERT INTO audit (actor_id, action, object, detail, address) "
			   "VALUES (1, 'a', '', '{}', '')");
		refused(l, "UPDATE audit_head SET id = 0");
		pg_do(l->pg.admin,
			"INSERT INTO audit_new (actor_id, action, object, detail, address) "
			"VALUES (1, 'a', '', '{}', '')");
		pg_do(l->pg.admin, "RESET ROLE");
	}
	assert_int_equal(verify(l, NULL).n, 3);
}

/* By one who owns the database and takes the triggers away. */
static void tamper(struct lab *l, const char *sql)
{
	pg_do(l->pg.admin, "SET session_replication_role = replica");
	pg_do(l->pg.admin, sql);
	pg_do(l->pg.admin, "RESET session_replication_role");
}

static void tampering_is_found(void **state)
{
	static const struct {
		const char *sql;
		int64_t broken_id;
	} cases[] = {
		{ "UPDATE audit SET actor_id = 9 WHERE id = 3", 3 },
		{ "UPDATE audit SET detail = '{}' WHERE id = 2", 2 },
		{ "UPDATE audit SET at = at + interval '1 us' WHERE id = 4", 4 },
		{ "DELETE FROM audit WHERE id = 3", 3 },
		{ "DELETE FROM audit WHERE id = 5", 5 },
		{ "DELETE FROM audit", 1 },
		{ "UPDATE audit_head SET hash = sha256('x')", 5 },
		{ "UPDATE audit SET hash = sha256('x') WHERE id = 1", 1 },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		struct lab *l;

		if (i > 0)
			assert_int_equal(set_up(state), 0);
		l = lab_of(state);
		for (int k = 1; k <= 5; k++)
			add(l->db, l->m, k, "user.role");
		tamper(l, cases[i].sql);
		assert_int_equal(verify(l, NULL).broken_id, cases[i].broken_id);
		if (i + 1 < countof(cases))
			tear_down(state);
	}
}

/* Rows cut off at the end together with the head, or a chain made anew: told by a noted head. */
static void a_noted_head_proves_the_past(void **state)
{
	struct lab *l = lab_of(state);
	struct audit_mark noted;

	for (int k = 1; k <= 5; k++)
		add(l->db, l->m, k, "user.role");
	noted = verify(l, NULL).head;
	assert_int_equal(verify(l, &noted).broken_id, 0);
	tamper(l, "DELETE FROM audit WHERE id > 3");
	tamper(l, "UPDATE audit_head SET id = 3, hash = (SELECT hash FROM audit WHERE id = 3)");
	assert_int_equal(verify(l, NULL).broken_id, 0);
	assert_int_equal(verify(l, &noted).broken_id, 4);
	for (int k = 1; k <= 5; k++)
		add(l->db, l->m, k, "user.lock");
	assert_int_equal(verify(l, NULL).broken_id, 0);
	assert_int_equal(verify(l, &noted).broken_id, 5);
}

static size_t count(struct lab *l, struct audit_filter f)
{
	struct audit_rows rows;
	struct err e = { 0 };

	ok(audit_list(l->db, l->m, &f, &rows, &e), &e);
	return rows.n;
}

static void lists_are_filtered(void **state)
{
	struct lab *l = lab_of(state);
	struct audit_filter f = {
		.actor_id = -1, .since = INT64_MIN, .until = INT64_MIN, .limit = 100
	};
	struct audit_rows all;
	struct err e = { 0 };

	for (int k = 1; k <= 6; k++)
		add(l->db, l->m, k % 2, k <= 4 ? "user.role" : "user.lock");
	ok(audit_list(l->db, l->m, &f, &all, &e), &e);
	assert_int_equal(all.n, 6);
	assert_int_equal(all.v[0].id, 6);
	f.before_id = 3;
	assert_int_equal(count(l, f), 2);
	f.before_id = 0;
	f.since = all.v[2].at;
	assert_int_equal(count(l, f), 3);
	f.until = all.v[1].at;
	assert_int_equal(count(l, f), 1);
	f.since = all.v[0].at + 1;
	f.until = INT64_MIN;
	assert_int_equal(count(l, f), 0);
	f.since = INT64_MIN;
	f.actor_id = 1;
	assert_int_equal(count(l, f), 3);
	f.action = SPAN("user.role");
	assert_int_equal(count(l, f), 2);
	f.actor_id = -1;
	assert_int_equal(count(l, f), 4);
	f.object = SPAN("user:0");
	assert_int_equal(count(l, f), 2);
	f.action = SPAN_NONE;
	assert_int_equal(count(l, f), 3);
	f.limit = 1;
	assert_int_equal(count(l, f), 1);
}

static void a_check_is_kept(void **state)
{
	struct lab *l = lab_of(state);
	struct audit_state s;
	struct audit_verdict v;
	struct err e = { 0 };

	ok(audit_state_read(l->db, l->m, &s, &e), &e);
	assert_int_equal(s.rows, 0);
	assert_true(s.checked_at == INT64_MIN);
	add(l->db, l->m, 1, "user.role");
	ok(audit_check(l->db, &v, &e), &e);
	ok(audit_state_read(l->db, l->m, &s, &e), &e);
	assert_int_equal(s.rows, 1);
	assert_int_equal(s.checked_rows, 1);
	assert_int_equal(s.broken_id, 0);
	tamper(l, "UPDATE audit SET actor_id = 9");
	ok(audit_check(l->db, &v, &e), &e);
	ok(audit_state_read(l->db, l->m, &s, &e), &e);
	assert_int_equal(s.broken_id, 1);
	assert_true(s.reason.n > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
		TEST(rows_are_chained),
		TEST(a_row_belongs_to_its_transaction),
		TEST(what_does_not_fit_fails_its_transaction),
		TEST(writers_side_by_side_make_one_chain),
		TEST(an_open_transaction_holds_nobody_up),
		TEST(nobody_changes_a_row),
		TEST(tampering_is_found),
		TEST(a_noted_head_proves_the_past),
		TEST(lists_are_filtered),
		TEST(a_check_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
