#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "package/answers.h"

static const struct answers_test tests[] = {
	{ { "sample/1", 8 }, true },
	{ { "secret/1", 8 }, false },
	{ { "secret/a/2", 10 }, false },
	{ { "secret/a/3", 10 }, false },
	{ { "secret/b/3", 10 }, false },
};

/* Files by blanks, each with its own name as its bytes; which of them answers each test, or "-". */
static void matches(const char *names, const char *expected)
{
	struct package_file files[8];
	struct span out[countof(tests)];
	struct span rest = span_of(names), want = span_of(expected), word;
	size_t n = 0;

	while (rest.n > 0 && span_split(&rest, ' ', &word))
		files[n++] = (struct package_file){ word, word };
	answers_match(files, n, tests, countof(tests), out);
	for (size_t i = 0; i < countof(tests); i++) {
		assert_true(span_split(&want, ' ', &word));
		if (span_is(word, "-"))
			assert_null(out[i].p);
		else
			assert_true(out[i].p != NULL && span_eq(out[i], word));
	}
}

static void names(void **state)
{
	(void)state;
	matches("", "- - - - -");
	matches("sample/1.ans secret/1.ans secret/a/2.ans secret/a/3.ans secret/b/3.ans",
		"sample/1.ans secret/1.ans secret/a/2.ans secret/a/3.ans secret/b/3.ans");
	matches("1.ans a/2.out a/3 b/3.ans", "- 1.ans a/2.out a/3 b/3.ans");
	matches("2.ans 3.ans", "- - 2.ans - -"); // there are two of that last name
	matches("1 secret/1", "- secret/1 - - -");
	matches("1.txt 2.ans.txt A/2.ans", "- - - - -");
	matches("whatever", "- - - - -");
}

static void only(void **state)
{
	const struct package_file file = { SPAN("anything.csv"), SPAN("42") };
	struct span out[2];

	(void)state;
	answers_match(&file, 1, tests, 2, out);
	assert_null(out[0].p);
	assert_true(span_is(out[1], "42"));
	answers_match(&file, 0, tests, 2, out);
	assert_null(out[1].p);
}

static void zips(void **state)
{
	(void)state;
	assert_true(answers_is_zip(SPAN("PK\3\4...")));
	assert_false(answers_is_zip(SPAN("PK")) || answers_is_zip(SPAN("")));
	assert_true(span_is(answers_name(&tests[2]), "a/2"));
}

int main(void)
{
	const struct CMUnitTest all[] = { cmocka_unit_test(names), cmocka_unit_test(only),
		cmocka_unit_test(zips) };

	return cmocka_run_group_tests(all, NULL, NULL);
}
