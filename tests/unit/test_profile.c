/* Roles as a set, and what members tell about themselves. */
#include "tests/unit/pg.h"

#include <string.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/profile.h"
#include "model/user.h"

static struct pg pg;
static struct db *db;
static struct arena *mem;
static struct err fault;

static int start(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") != NULL) {
		pg_make(&pg);
		db = db_new(&pg.conf, "test");
	}
	mem = arena_new(1 << 22);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") != NULL) {
		db_close(db);
		pg_drop(&pg);
	}
	arena_free(mem);
	return 0;
}

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static void set_of_roles(void **state)
{
	unsigned roles = 0;

	(void)state;
	assert_int_equal(roles_parse(SPAN("coach, jury"), &roles, no_err()), 0);
	assert_int_equal(roles, 1 | 2 | 8);
	assert_string_equal(roles_text(mem, roles), "coach, jury");
	assert_int_equal(roles_parse(SPAN("member"), &roles, no_err()), 0);
	assert_string_equal(roles_text(mem, roles), "member");
	assert_int_equal(roles_parse(SPAN(""), &roles, no_err()), 0);
	assert_int_equal(roles, 1);
	roles = 77;
	assert_int_equal(roles_parse(SPAN("coach,king"), &roles, no_err()), -1);
	assert_string_equal(fault.field, "role");
	assert_int_equal(roles_parse(SPAN("guest"), &roles, no_err()), -1);
	assert_int_equal(roles_parse(SPAN("coach,,jury"), &roles, no_err()), -1);
	assert_int_equal(roles, 77);
}

/* Who may what: rows are accounts, columns what is asked for. */
static void what_roles_may(void **state)
{
	static const struct {
		unsigned roles;
		const char *may; // guest member coach creator jury admin
	} cases[] = {
		{ 1, "110000" },
		{ 1 | 2, "111000" },
		{ 1 | 4, "110100" },
		{ 1 | 8, "110110" },
		{ 1 | 2 | 8, "111110" },
		{ 1 | 16, "111111" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct user u = { .roles = cases[i].roles };

		for (int r = ROLE_GUEST; r <= ROLE_ADMIN; r++)
			assert_int_equal(user_has(&u, (enum role)r), cases[i].may[r] == '1');
	}
	assert_true(user_has(NULL, ROLE_GUEST));
	for (int r = ROLE_MEMBER; r <= ROLE_ADMIN; r++)
		assert_false(user_has(NULL, (enum role)r));
}

static int64_t make_user(const char *email)
{
	const struct user_new u = { .email = span_of(email), .name = SPAN("Mia") };
	int64_t id = 0;

	assert_int_equal(user_create(db, mem, &u, &id, no_err()), 0);
	return id;
}

static void profile_of_a_new_account(void **state)
{
	struct profile *p;
	int64_t id;

	(void)state;
	(void)pg_server();
	id = make_user("new@example.org");
	assert_int_equal(profile_get(db, mem, id, &p, no_err()), 0);
	assert_true(span_is(p->email, "new@example.org") && span_is(p->name, "Mia"));
	assert_false(p->is_verified);
	assert_true(p->handle.n >= PROFILE_LEAST_HANDLE); // made of the name
	assert_int_equal(p->bio.n + p->zone.n + p->theme.n, 0);
	assert_true(span_is(p->language, "en"));
	assert_int_equal(p->platforms, 0);
	assert_int_equal(p->notice_min, 30);
	assert_int_equal(profile_get(db, mem, id + 1000, &p, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
}

static void profile_is_kept(void **state)
{
	int64_t id;
	struct profile *p;
	struct profile given = { .handle = SPAN("Mia_2-x"),
		.name = SPAN("Mi\xc3\xa1"),
		.bio = SPAN("two\nlines"),
		.zone = SPAN("Europe/Berlin"),
		.language = SPAN("en"),
		.theme = SPAN("dark"),
		.platforms = 5,
		.notice_min = 0 };

	(void)state;
	(void)pg_server();
	id = make_user("kept@example.org");
	assert_int_equal(profile_set(db, mem, id, &given, no_err()), 0);
	assert_int_equal(profile_get(db, mem, id, &p, no_err()), 0);
	assert_true(span_is(p->handle, "Mia_2-x") && span_is(p->bio, "two\nlines"));
	assert_true(span_is(p->zone, "Europe/Berlin") && span_is(p->theme, "dark"));
	assert_int_equal(p->platforms, 5);
	assert_int_equal(p->notice_min, 0);
	given = (struct profile){ .name = SPAN("M"), .language = SPAN("en") };
	assert_int_equal(profile_set(db, mem, id, &given, no_err()), 0);
	assert_int_equal(profile_get(db, mem, id, &p, no_err()), 0);
	assert_null(p->handle.p);
	assert_int_equal(profile_set(db, mem, id + 1000, &given, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
}

static void handles_are_unique(void **state)
{
	int64_t one;
	int64_t two;
	struct profile p = { .handle = SPAN("Unique"), .name = SPAN("M"), .language = SPAN("en") };

	(void)state;
	(void)pg_server();
	one = make_user("u1@example.org");
	two = make_user("u2@example.org");
	assert_int_equal(profile_set(db, mem, one, &p, no_err()), 0);
	p.handle = SPAN("uniQUE");
	assert_int_equal(profile_set(db, mem, one, &p, no_err()), 0);
	assert_int_equal(profile_set(db, mem, two, &p, no_err()), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_string_equal(fault.field, "handle");
}

static void what_is_refused(void **state)
{
	char long_text[PROFILE_MAX_BIO + 2];
	const struct profile good = { .name = SPAN("M"), .language = SPAN("en") };
	struct {
		const char *field;
		struct profile p;
	} cases[] = { { "handle", good }, { "handle", good }, { "handle", good }, { "name", good },
		{ "name", good }, { "bio", good }, { "bio", good }, { "zone", good },
		{ "language", good }, { "theme", good }, { "platforms", good },
		{ "notice_min", good }, { "notice_min", good } };

	(void)state;
	(void)pg_server();
	memset(long_text, 'x', sizeof(long_text));
	cases[0].p.handle = SPAN("ab");
	cases[1].p.handle = SPAN("with blank");
	cases[2].p.handle = (struct span){ long_text, PROFILE_MOST_HANDLE + 1 };
	cases[3].p.name = SPAN("");
	cases[4].p.name = SPAN("two\nlines");
	cases[5].p.bio = (struct span){ long_text, PROFILE_MAX_BIO + 1 };
	cases[6].p.bio = SPAN("\xff");
	cases[7].p.zone = SPAN("Mars/Olympus");
	cases[8].p.language = SPAN("xx");
	cases[9].p.theme = SPAN("pink");
	cases[10].p.platforms = 1U << 7;
	cases[11].p.notice_min = -1;
	cases[12].p.notice_min = PROFILE_MAX_NOTICE + 1;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(profile_set(db, mem, 1, &cases[i].p, no_err()), -1);
		assert_int_equal(fault.kind, ERR_INVALID);
		assert_string_equal(fault.field, cases[i].field);
	}
	profile_evict(NULL, mem, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_of_roles),
		cmocka_unit_test(what_roles_may),
		cmocka_unit_test(profile_of_a_new_account),
		cmocka_unit_test(profile_is_kept),
		cmocka_unit_test(handles_are_unique),
		cmocka_unit_test(what_is_refused),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
