/*
 * The plans of what workers ask all the time. They are made once for each connection, often while
 * the table is empty and before it was ever analyzed, and have to be good when it holds a million
 * rows: an index scan in the lane's order, nothing sorted, nothing read as a whole.
 */
#include "tests/unit/job_lab.h"

#include "db/stmt.h"

static void set_mode(PGconn *c)
{
	const char *mode[] = { "force_generic_plan", "off", "8000", "f" };

	PQclear(PQexecParams(c, stmt_table[q_db_mode].text, 4, NULL, mode, NULL, NULL, 0));
}

/* EXPLAIN of the statement as it is prepared now. */
static void expect_plan(PGconn *c, enum stmt s, const char *args)
{
	const struct stmt_info *info = &stmt_table[s];
	char sql[400];
	PGresult *res;
	bool by_index = false;
	Oid types[16];

	for (size_t i = 0; i < info->n_args; i++)
		types[i] = info->args[i].type;
	res = PQprepare(c, info->name, info->text, (int)info->n_args, types);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", info->name, PQerrorMessage(c));
	PQclear(res);
	snprintf(sql, sizeof(sql), "EXPLAIN EXECUTE %s(%s)", info->name, args);
	res = PQexec(c, sql);
	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(c));
	for (int i = 0; i < PQntuples(res); i++) {
		const char *line = PQgetvalue(res, i, 0);

		if (strstr(line, "Seq Scan on job ") != NULL || strstr(line, "Sort") != NULL ||
			strstr(line, "Bitmap") != NULL)
			fail_msg("%s: %s", info->name, line);
		if (strstr(line, "Index Cond:") != NULL && strstr(line, "priority") != NULL &&
			strstr(line, ", id") != NULL)
			by_index = true; // the row comparison of a claim
		if (strstr(line, "Index Cond:") != NULL && strstr(line, "(id ") != NULL)
			by_index = true;
	}
	if (!by_index)
		fail_msg("%s does not seek by id", info->name);
	PQclear(res);
	snprintf(sql, sizeof(sql), "DEALLOCATE %s", info->name);
	pg_do(c, sql);
}

static void expect_plans(PGconn *c)
{
	static const enum stmt claims[] = { q_job_claim_1, q_job_claim_8, q_job_claim_64,
		q_job_claim_500, q_job_claim_limited };
	static const enum stmt ends[] = { q_job_done_forget, q_job_done_keep, q_job_return };

	for (size_t i = 0; i < countof(claims); i++)
		expect_plan(c, claims[i], "1::int2, 10::int2, 7, 1, 1");
	expect_plan(c, q_job_claim_any, "1::int2, 7, 7, 7, 1, 1");
	for (size_t i = 0; i < countof(ends); i++)
		expect_plan(c, ends[i], "1::int2, 10::int2, 7, 9, '{7,9}', 1, 1");
	expect_plan(c, q_job_done_keyed, "1::int2, 10::int2, 7, 9, '{7,9}', 1, 1, true");
	expect_plan(c, q_job_fail, "1::int2, 10::int2, 7, 1, 1, 1::int2, 'x', 5, NULL, NULL");
	expect_plan(c, q_job_done_forget_one, "1::int2, 10::int2, 7, 1, 1");
	expect_plan(c, q_job_payload, "1::int2, 10::int2, 7, 1, 1");
	expect_plan(c, q_job_held, "1::int2, 10::int2, 7, 1, 1");
}

static void plans_do_not_hang_on_statistics(void **state)
{
	struct lab *l = lab_of(state);

	set_mode(l->pg.admin);
	expect_plans(l->pg.admin); // empty, nothing known
	pg_do(l->pg.admin, "ALTER TABLE job SET (autovacuum_enabled = false)");
	pg_do(l->pg.admin,
		"INSERT INTO job (queue, priority, kind, payload) SELECT 1, 10, 'unit.a',"
		" '{}' FROM generate_series(1, 5000)");
	expect_plans(l->pg.admin); // full, and thought to be empty
	pg_do(l->pg.admin, "ANALYZE job");
	expect_plans(l->pg.admin);
	pg_do(l->pg.admin, "DELETE FROM job");
	pg_do(l->pg.admin, "VACUUM ANALYZE job");
	expect_plans(l->pg.admin); // known to be empty
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(plans_do_not_hang_on_statistics),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
