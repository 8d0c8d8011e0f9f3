#ifndef TESTS_UNIT_PROBLEM_LAB_H
#define TESTS_UNIT_PROBLEM_LAB_H

/* A database with one creator, and a small problem to begin with. */
#include "tests/unit/pg.h"

#include <string.h>

#include "auth/envelope.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/rules.h"
#include "model/problem_edit.h"
#include "model/problem_judge.h"
#include "model/problem_key.h"
#include "model/problem_progress.h"
#include "model/problem_right.h"
#include "model/problem_verify.h"
#include "model/user.h"

#define KEY "k1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct pg pg;
static struct db *db;
static struct arena *mem;
static struct envelope *seal;
static struct err fault;
static struct judge_rules rules;
static int64_t owner;

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static int ATTR_UNUSED start(void **state)
{
	const struct user_new u = { .email = SPAN("mia@example.org"),
		.name = SPAN("Mia"),
		.roles = ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_CREATOR) };

	(void)state;
	rules_init(&rules);
	if (getenv("TEST_POSTGRES") == NULL)
		return 0;
	pg_make(&pg);
	assert_int_equal(envelope_new(KEY, &seal, no_err()), 0);
	db = db_new(&pg.conf, "test");
	mem = arena_new(256 * 1024 * 1024);
	assert_int_equal(user_create(db, mem, &u, &owner, no_err()), 0);
	return 0;
}

static int ATTR_UNUSED stop(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") == NULL)
		return 0;
	db_close(db);
	arena_free(mem);
	envelope_free(seal);
	pg_drop(&pg);
	return 0;
}

static int64_t ATTR_UNUSED number(const char *sql)
{
	PGresult *res = PQexec(pg.admin, sql);
	int64_t n;

	if (PQresultStatus(res) != PGRES_TUPLES_OK || PQntuples(res) != 1)
		fail_msg("%s: %s", sql, PQerrorMessage(pg.admin));
	n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
	PQclear(res);
	return n;
}

static const struct problem_text_new texts[] = { { { "en", 2 }, { "Sum of two", 10 },
	{ "<p>Add the integers.</p>", 24 }, { "Add the integers.", 17 } } };
static const struct span tags[] = { { "Number Theory", 13 }, { "dp", 2 }, { "Dp", 2 }, { "%", 1 } };
static const struct span one_arg[] = { { "--fast \"x\"", 10 } };
static const struct testcase_new tests[] = {
	{ .path = { "sample/1", 8 },
		.is_sample = true,
		.input = { "1 2\n", 4 },
		.answer = { "3\n", 2 } },
	{ .path = { "secret/g1/01", 12 },
		.input = { "2 2\n", 4 },
		.answer = { "4\n", 2 },
		.args = one_arg,
		.n_args = 1,
		.validator_flags = { "case_sensitive", 14 } },
	{ .path = { "secret/g1/02", 12 }, .input = { "", 0 }, .answer = { "", 0 } },
};
static const struct problem_file_new files[] = {
	{ PROBLEM_VALIDATOR, { "check/check.cpp", 15 }, { "int main() {}", 13 } },
	{ PROBLEM_PICTURE, { "tree.png", 8 }, { "\x89PNG", 4 } },
};
static const struct test_group_new groups[] = { { { "secret/g1", 9 },
	{ "{\"score\":\"sum\"}", 15 } } };
static const struct jury_solution_new solutions[] = { { .path = { "accepted/a.py", 13 },
	.language = { "python3", 7 },
	.expected = { "{}", 2 },
	.sets_time = true } };

static struct problem_new ATTR_UNUSED sum(const char *slug)
{
	return (struct problem_new){ .slug = span_of(slug),
		.why = SPAN("made"),
		.rules = &rules,
		.texts = texts,
		.n_texts = countof(texts),
		.files = files,
		.n_files = countof(files),
		.tests = tests,
		.n_tests = countof(tests),
		.groups = groups,
		.n_groups = countof(groups),
		.solutions = solutions,
		.n_solutions = countof(solutions),
		.tags = tags,
		.n_tags = countof(tags) };
}

static struct problem_desk ATTR_UNUSED desk(struct tx *tx)
{
	return (struct problem_desk){ tx, mem, seal, owner };
}

static int ATTR_UNUSED create(const struct problem_new *n, struct problem_made *out)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk d;

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	if (problem_create(&d, n, out, &fault) != 0)
		return -1;
	return tx_commit(&tx, &fault);
}

static int ATTR_UNUSED revise(
	int64_t id, const struct problem_change *change, struct problem_made *out)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk d;

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	if (problem_revise(&d, id, change, out, &fault) != 0)
		return -1;
	return tx_commit(&tx, &fault);
}

ATTR_UNUSED static struct problem_judged *load(int64_t version_id)
{
	struct problem_judged *p = NULL;

	assert_int_equal(problem_judge_load(db, seal, version_id, &p, no_err()), 0);
	return p;
}

static struct span ATTR_UNUSED opened(const struct problem_judged *p, int64_t blob)
{
	const struct problem_store s = { db, p->key };
	struct span out;

	assert_int_equal(problem_blob_open(&s, mem, blob, PROBLEM_MAX_BLOB, &out, no_err()), 0);
	return out;
}

#endif
