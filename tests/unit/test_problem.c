/* Problems over a real database: made, changed, sealed, opened for a judging, deleted. */
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

static int start(void **state)
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

static int stop(void **state)
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

static int64_t number(const char *sql)
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

static struct problem_new sum(const char *slug)
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

static struct problem_desk desk(struct tx *tx)
{
	return (struct problem_desk){ tx, mem, seal, owner };
}

static int create(const struct problem_new *n, struct problem_made *out)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk d;

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	if (problem_create(&d, n, out, &fault) != 0)
		return -1;
	return tx_commit(&tx, &fault);
}

static int revise(int64_t id, const struct problem_change *change, struct problem_made *out)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk d;

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	if (problem_revise(&d, id, change, out, &fault) != 0)
		return -1;
	return tx_commit(&tx, &fault);
}

static struct problem_judged *load(int64_t version_id)
{
	struct problem_judged *p = NULL;

	assert_int_equal(problem_judge_load(db, seal, version_id, &p, no_err()), 0);
	return p;
}

static struct span opened(const struct problem_judged *p, int64_t blob)
{
	const struct problem_store s = { db, p->key };
	struct span out;

	assert_int_equal(problem_blob_open(&s, mem, blob, PROBLEM_MAX_BLOB, &out, no_err()), 0);
	return out;
}

static void makes_and_loads(void **state)
{
	struct problem_new n = sum("sum");
	struct problem_made made;
	struct problem_judged *p;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(made.number, 1);
	p = load(made.version_id);
	assert_int_equal(p->n_tests, 3);
	assert_true(span_is(p->tests[0].path, "sample/1") && p->tests[0].is_sample);
	assert_true(span_is(p->tests[1].group, "secret/g1"));
	assert_true(span_is(p->tests[1].validator_flags, "case_sensitive"));
	assert_true(span_is(p->tests[0].validator_flags, ""));
	assert_int_equal(p->tests[1].n_args, 1);
	assert_true(span_eq(p->tests[1].args[0], one_arg[0]));
	assert_true(span_is(opened(p, p->tests[1].input_id), "2 2\n"));
	assert_true(span_is(opened(p, p->tests[2].input_id), ""));
	assert_int_equal(p->n_files, 1); // the picture is no business of the judge's
	assert_true(span_is(opened(p, p->files[0].blob_id), "int main() {}"));
	assert_int_equal(p->n_groups, 1);
	assert_int_equal(p->rules.memory_mib, rules.memory_mib);
	assert_int_equal(p->rules.time_ms, rules.time_ms);
	assert_null(p->rules.languages);
	problem_judge_free(&p);
	assert_null(p);
	assert_int_equal(number("SELECT count(*) FROM problem_tag"), 2);
	assert_int_equal(number("SELECT count(*) FROM problem WHERE words @@ to_tsquery('english', "
				"'integer & theory') AND title = 'Sum of two'"),
		1);
}

static void stores_nothing_in_the_clear(void **state)
{
	(void)state;
	pg_server();
	assert_int_equal(number("SELECT count(*) FROM problem_piece WHERE "
				"position('\\x32203220'::bytea in sealed) > 0"),
		0);
	assert_true(number("SELECT count(*) FROM problem_piece") > 0);
	// the empty input and the empty answer are one text without a piece
	assert_int_equal(number("SELECT count(*) FROM problem_blob WHERE size = 0"), 1);
	assert_int_equal(number("SELECT count(*) FROM problem_piece p JOIN problem_blob b ON "
				"b.id = p.blob_id WHERE b.size = 0"),
		0);
}

static void is_refused_without_a_key(void **state)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_new n = sum("keyless");
	struct problem_made made;
	struct problem_desk d;

	(void)state;
	pg_server();
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	d.seal = NULL;
	assert_int_equal(problem_create(&d, &n, &made, &fault), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
}

static void refuses_a_slug_that_is_taken(void **state)
{
	struct problem_new n = sum("sum");
	struct problem_made made;
	struct span slug;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.field, "slug");
	assert_int_equal(problem_slug_free(db, mem, SPAN("Sum"), &slug, no_err()), 0);
	assert_true(span_is(slug, "sum-2"));
	assert_int_equal(problem_slug_free(db, mem, SPAN("_12 / 3_"), &slug, no_err()), 0);
	assert_true(span_is(slug, "p-12-3"));
	n.slug = SPAN("123");
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_INVALID);
}

static void keeps_long_texts(void **state)
{
	size_t size = 2 * PROBLEM_PIECE + 12345;
	char *bytes;
	struct testcase_new big = { .path = SPAN("secret/big"), .answer = SPAN("x") };
	struct problem_new n = sum("big");
	struct problem_made made;
	struct problem_judged *p;
	struct span back;

	(void)state;
	pg_server();
	bytes = arena_alloc(mem, size);
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(i * 31 + i / 4096);
	big.input = (struct span){ bytes, size };
	n.tests = &big;
	n.n_tests = 1;
	assert_int_equal(create(&n, &made), 0);
	p = load(made.version_id);
	back = opened(p, p->tests[0].input_id);
	assert_int_equal(back.n, size);
	assert_memory_equal(back.p, bytes, size);
	assert_int_equal(problem_blob_open(&(struct problem_store){ db, p->key }, mem,
				 p->tests[0].input_id, 1000, &back, no_err()),
		-1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_int_equal(problem_blobs_open(&(struct problem_store){ db, p->key }, mem,
				 &p->tests[0].input_id, 1, &back, no_err()),
		-1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	problem_judge_free(&p);
}

static void opens_many_at_once(void **state)
{
	enum {
		N = 700
	};
	struct testcase_new *many;
	struct problem_new n = sum("many");
	struct problem_made made;
	struct problem_judged *p;
	int64_t *ids;
	struct span *out;

	(void)state;
	pg_server();
	many = arena_new_array(mem, struct testcase_new, N);
	ids = arena_new_array(mem, int64_t, N);
	out = arena_new_array(mem, struct span, N);
	for (int i = 0; i < N; i++)
		many[i] =
			(struct testcase_new){ .path = span_of(arena_printf(mem, "secret/%03d", i)),
				.input = span_of(arena_printf(mem, "input %d", i)),
				.answer = SPAN("same") };
	n.tests = many;
	n.n_tests = N;
	assert_int_equal(create(&n, &made), 0);
	p = load(made.version_id);
	assert_int_equal(p->n_tests, N);
	for (int i = 0; i < N; i++)
		ids[i] = i % 7 == 0 ? p->tests[i].answer_id : p->tests[i].input_id;
	assert_int_equal(problem_blobs_open(
				 &(struct problem_store){ db, p->key }, mem, ids, N, out, no_err()),
		0);
	for (int i = 0; i < N; i++)
		assert_true(span_eq(out[i], i % 7 == 0 ? SPAN("same") : many[i].input));
	problem_judge_free(&p);
	assert_int_equal(number("SELECT count(*) FROM problem_blob b JOIN problem p ON p.id = "
				"b.problem_id WHERE p.slug = 'many'"),
		N + 3); // inputs, the one answer, two files
}

static void refuses_equal_tests(void **state)
{
	struct testcase_new twice[] = { tests[0], tests[1], tests[1] };
	struct problem_new n = sum("twice");
	struct problem_made made;

	(void)state;
	pg_server();
	twice[2].path = SPAN("secret/g2/07");
	twice[2].answer = SPAN("another answer");
	n.tests = twice;
	n.n_tests = 3;
	assert_int_equal(create(&n, &made), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.text, "secret/g2/07 has the same input as secret/g1/01");
	n.keeps_equal = true;
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(made.n_equal, 1);
	assert_true(span_is(made.equal[0].first, "secret/g1/01"));
	twice[2].path = SPAN("secret/g1/01");
	n.slug = SPAN("thrice");
	assert_int_equal(create(&n, &made), -1);
	assert_string_equal(fault.text, "there are two tests secret/g1/01");
}

static void changes_make_versions(void **state)
{
	const struct testcase_new added = {
		.path = SPAN("secret/g1/015"), .input = SPAN("5 5\n"), .answer = SPAN("10\n")
	};
	const struct testcase_new same = {
		.path = SPAN("secret/zz"), .input = SPAN("1 2\n"), .answer = SPAN("3\n")
	};
	const struct span gone[] = { SPAN("secret/g1/02") };
	const struct span unknown[] = { SPAN("secret/nothing") };
	struct problem_change change = { .why = SPAN("test added"), .tests = &added, .n_tests = 1 };
	struct problem_new n = sum("changing");
	struct problem_made made;
	struct problem_made next;
	struct problem_judged *p;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(next.number, 2);
	p = load(next.version_id);
	assert_int_equal(p->n_tests, 4);
	assert_true(span_is(p->tests[2].path, "secret/g1/015")); // in its place
	assert_int_equal(p->tests[3].ordinal, 3);
	problem_judge_free(&p);
	p = load(made.version_id); // the old one is as it was
	assert_int_equal(p->n_tests, 3);
	problem_judge_free(&p);

	change.tests = &same;
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.text, "secret/zz has the same input as sample/1");

	change = (struct problem_change){ .tests_gone = gone, .n_tests_gone = 1 };
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(next.number, 3);
	change.tests_gone = unknown;
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	change = (struct problem_change){ .from_version = made.version_id };
	assert_int_equal(revise(made.id, &change, &next), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
}

/* A text changes nothing of the judging: the next version stays verified. A limit does. */
static void soundness_follows_the_data(void **state)
{
	const struct problem_text_new german = { SPAN("de"), SPAN("Summe"), SPAN("<p>Addiere.</p>"),
		SPAN("Addiere.") };
	struct problem_change change = { .texts = &german, .n_texts = 1 };
	struct judge_rules slower = rules;
	struct problem_new n = sum("sound");
	struct problem_made made;
	struct problem_made next;
	struct jury_solutions list;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_verify_begin(&tx, made.version_id, &fault), 0);
	assert_int_equal(problem_solutions(db, mem, made.version_id, &list, &fault), 0);
	assert_int_equal(list.n, 1);
	assert_int_equal(list.v[0].outcome, SOLUTION_OPEN);
	assert_int_equal(problem_solution_settle(
				 &tx, list.v[0].id, SOLUTION_AS_EXPECTED, SPAN("accepted"), &fault),
		0);
	assert_int_equal(problem_verify_end(&tx, made.version_id, true, 2000, &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)next.version_id)),
		PROBLEM_SOUND);
	assert_int_equal(problem_solutions(db, mem, next.version_id, &list, no_err()), 0);
	assert_int_equal(list.v[0].outcome, SOLUTION_AS_EXPECTED);
	slower.time_ms = 3000;
	change = (struct problem_change){ .rules = &slower };
	assert_int_equal(revise(made.id, &change, &next), 0);
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)next.version_id)),
		PROBLEM_UNVERIFIED);
	assert_int_equal(number(arena_printf(mem,
				 "SELECT count(*) FROM problem_text WHERE version_id = "
				 "%lld",
				 (long long)next.version_id)),
		2);
}

static void a_suggested_time_becomes_the_limit(void **state)
{
	const struct problem_text_new other = { SPAN("en"), SPAN("Sums"), SPAN(""), SPAN("") };
	const struct problem_change change = { .texts = &other, .n_texts = 1 };
	struct judge_rules open = rules;
	struct problem_new n = sum("suggested");
	struct problem_made made;
	struct problem_judged *p;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	open.time_is_suggested = true;
	n.rules = &open;
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_verify_end(&tx, made.version_id, true, 4000, &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	p = load(made.version_id);
	assert_int_equal(p->rules.time_ms, 4000);
	problem_judge_free(&p);
	assert_int_equal(revise(made.id, &change, &made), 0); // and it is no change of the data
	assert_int_equal(
		number(arena_printf(mem, "SELECT state FROM problem_version WHERE id = %lld",
			(long long)made.version_id)),
		PROBLEM_SOUND);
}

static void bad_forms_are_named(void **state)
{
	static const char *const paths[] = { "x", "secret/../x", "/secret/x", "secret//x",
		"secret/x/", "sample/x", "secret/\n", "secret/\xff", "" };
	struct problem_new n = sum("bad");
	struct problem_made made;

	(void)state;
	pg_server();
	for (size_t i = 0; i < countof(paths); i++) {
		struct testcase_new t = { .path = span_of(paths[i]) };

		n.tests = &t;
		n.n_tests = 1;
		if (create(&n, &made) == 0)
			fail_msg("took \"%s\"", paths[i]);
		assert_int_equal(fault.kind, ERR_INVALID);
		assert_string_equal(fault.field, "path");
	}
}

static void rights_are_as_promised(void **state)
{
	const struct user member = { .id = 1, .roles = ROLE_BIT(ROLE_MEMBER) };
	const struct user creator = { .id = 2,
		.roles = ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_CREATOR) };
	const struct user jury = { .id = 3, .roles = ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_JURY) };
	const struct user admin = { .id = 4,
		.roles = ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_ADMIN) };
	const unsigned reader = PROBLEM_MAY_READ | PROBLEM_MAY_SUBMIT;

	(void)state;
	for (int v = PROBLEM_HIDDEN; v <= PROBLEM_PUBLIC; v++) {
		enum problem_visibility seen = (enum problem_visibility)v;
		bool open = seen == PROBLEM_PUBLIC;

		assert_int_equal(problem_rights(NULL, 2, seen), open ? PROBLEM_MAY_READ : 0);
		assert_int_equal(problem_rights(&member, 2, seen), open ? reader : 0);
		assert_int_equal(problem_rights(&creator, 9, seen), open ? reader : 0);
		assert_int_equal(problem_rights(&creator, 2, seen),
			reader | PROBLEM_MAY_DATA | PROBLEM_MAY_EDIT | PROBLEM_MAY_DELETE);
		assert_true((problem_rights(&jury, 2, seen) & PROBLEM_MAY_SIGN) != 0);
		assert_true((problem_rights(&admin, 2, seen) & PROBLEM_MAY_SIGN) != 0);
		// whoever is no creator any more keeps the sight of what he made
		assert_int_equal(problem_rights(&member, 1, seen), reader | PROBLEM_MAY_DATA);
	}
	assert_false(problem_may_create(NULL));
	assert_false(problem_may_create(&member));
	assert_true(problem_may_create(&creator) && problem_may_create(&jury) &&
		    problem_may_create(&admin));
}

static void is_found_by_slug_and_id(void **state)
{
	const struct user owning = { .id = owner,
		.roles = ROLE_BIT(ROLE_MEMBER) | ROLE_BIT(ROLE_CREATOR) };
	struct problem_ask ask = { .name = SPAN("sum"), .user = &owning };
	struct problem_ref ref;

	(void)state;
	pg_server();
	assert_int_equal(problem_find(db, mem, &ask, &ref, no_err()), 0);
	ask.name = span_of(arena_printf(mem, "%lld", (long long)ref.id));
	assert_int_equal(problem_find(db, mem, &ask, &ref, no_err()), 0);
	assert_true(span_is(ref.slug, "sum"));
	ask.need = PROBLEM_MAY_SIGN;
	assert_int_equal(problem_find(db, mem, &ask, &ref, no_err()), -1);
	assert_int_equal(fault.kind, ERR_FORBIDDEN);
	ask.user = NULL; // to whom it is hidden
	assert_int_equal(problem_find(db, mem, &ask, &ref, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	ask.name = SPAN("99999999999999999999999999");
	assert_int_equal(problem_find(db, mem, &ask, &ref, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
}

static void send(int64_t problem, int64_t version, int verdict, const char *public_id)
{
	pg_do(pg.admin,
		arena_printf(mem,
			"WITH s AS (INSERT INTO submission (public_id, user_id, problem_id, "
			"language, file_name, size, mac, sealed) VALUES ('%s', %lld, %lld, 'c', "
			"'a.c', 1, decode(repeat('00', 32), 'hex'), '') RETURNING id), "
			"j AS (INSERT INTO judging (submission_id, version_id, priority, state, "
			"verdict) SELECT id, %lld, 10, 3, %d FROM s RETURNING id, submission_id) "
			"SELECT 1 FROM j",
			public_id, (long long)owner, (long long)problem, (long long)version,
			verdict));
	pg_do(pg.admin, "UPDATE submission s SET judging_id = j.id FROM judging j WHERE "
			"j.submission_id = s.id AND s.judging_id IS NULL");
}

static void count_progress(int64_t problem)
{
	TX_AUTO tx = { .db = NULL };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	if (problem_progress_count(&tx, owner, problem, &fault) != 0)
		fail_msg("%s %s", fault.text, fault.detail);
	assert_int_equal(tx_commit(&tx, &fault), 0);
}

static void progress_is_counted_from_submissions(void **state)
{
	struct problem_new n = sum("progress");
	struct problem_made made;
	struct problem_desk d;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	send(made.id, made.version_id, 2, "aaaaaaaaaaaaaaa1");
	count_progress(made.id);
	count_progress(made.id); // once more changes nothing
	assert_int_equal(
		number("SELECT n_tried * 10 + n_solved FROM problem WHERE slug = 'progress'"), 10);
	send(made.id, made.version_id, 1, "aaaaaaaaaaaaaaa2");
	count_progress(made.id);
	assert_int_equal(
		number("SELECT n_tried * 10 + n_solved FROM problem WHERE slug = 'progress'"), 11);
	assert_int_equal(number("SELECT n_sent FROM problem_progress"), 2);
	pg_do(pg.admin, "UPDATE judging SET verdict = 2"); // rejudged
	count_progress(made.id);
	assert_int_equal(
		number("SELECT n_tried * 10 + n_solved FROM problem WHERE slug = 'progress'"), 10);

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	assert_int_equal(problem_delete(&d, made.id, &fault), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	tx_rollback(&tx);
	pg_do(pg.admin, "DELETE FROM submission");
	count_progress(made.id);
	assert_int_equal(
		number("SELECT n_tried * 10 + n_solved FROM problem WHERE slug = 'progress'"), 0);
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_delete(&d, made.id, no_err()), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(number("SELECT count(*) FROM problem WHERE slug = 'progress'"), 0);
}

static void meta_is_checked(void **state)
{
	const struct span good[] = { SPAN("Graphs"), SPAN("two  pointers") };
	const struct span bad[] = { SPAN("50%") };
	struct problem_meta meta = { .slug = SPAN("renamed"),
		.visibility = PROBLEM_PUBLIC,
		.difficulty = 4,
		.category = SPAN("Basics"),
		.tags = good,
		.n_tags = 2 };
	struct problem_new n = sum("meta");
	struct problem_made made;
	struct problem_desk d;
	TX_AUTO tx = { .db = NULL };

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	d = desk(&tx);
	assert_int_equal(problem_set_meta(&d, made.id, &meta, &fault), 0);
	assert_int_equal(tx_commit(&tx, &fault), 0);
	assert_int_equal(
		number("SELECT count(*) FROM problem WHERE slug = 'renamed' AND visibility = 2 "
		       "AND cardinality(tag_ids) = 2 AND head @@ 'graph & pointer'"),
		1);
	meta.tags = bad;
	meta.n_tags = 1;
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(problem_set_meta(&d, made.id, &meta, &fault), -1);
	assert_string_equal(fault.field, "tags");
	meta.n_tags = 0;
	meta.slug = SPAN("sum");
	(void)no_err();
	assert_int_equal(problem_set_meta(&d, made.id, &meta, &fault), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
}

int main(void)
{
	const struct CMUnitTest list[] = {
		cmocka_unit_test(makes_and_loads),
		cmocka_unit_test(stores_nothing_in_the_clear),
		cmocka_unit_test(is_refused_without_a_key),
		cmocka_unit_test(refuses_a_slug_that_is_taken),
		cmocka_unit_test(keeps_long_texts),
		cmocka_unit_test(opens_many_at_once),
		cmocka_unit_test(refuses_equal_tests),
		cmocka_unit_test(changes_make_versions),
		cmocka_unit_test(soundness_follows_the_data),
		cmocka_unit_test(a_suggested_time_becomes_the_limit),
		cmocka_unit_test(bad_forms_are_named),
		cmocka_unit_test(rights_are_as_promised),
		cmocka_unit_test(is_found_by_slug_and_id),
		cmocka_unit_test(progress_is_counted_from_submissions),
		cmocka_unit_test(meta_is_checked),
	};

	return cmocka_run_group_tests(list, start, stop);
}
