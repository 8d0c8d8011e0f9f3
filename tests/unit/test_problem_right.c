/* Who may do what with problems, how far members are with them, what is about them and no version.
 */
#include "tests/unit/problem_lab.h"

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
	const struct problem_new n = sum("sum");
	struct problem_made made;
	struct problem_ref ref;

	(void)state;
	pg_server();
	assert_int_equal(create(&n, &made), 0);
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
		cmocka_unit_test(rights_are_as_promised),
		cmocka_unit_test(is_found_by_slug_and_id),
		cmocka_unit_test(progress_is_counted_from_submissions),
		cmocka_unit_test(meta_is_checked),
	};

	return cmocka_run_group_tests(list, start, stop);
}
