#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/tar.h"

static void test_there_and_back(void **state)
{
	static char long_path[256];
	const struct tar_file files[] = { { SPAN("a"), SPAN("one"), true },
		{ SPAN("b/c.txt"), SPAN(""), false }, { { long_path, 200 }, SPAN("deep"), false } };
	struct tar_file f;
	struct tar t;
	struct span bytes;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	(void)state;
	memset(long_path, 'x', 200);
	long_path[120] = '/';
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < countof(files); i++)
		assert_int_equal(tar_add(&b, &files[i], &e), 0);
	tar_end(&b);
	assert_int_equal(buf_finish(&b, &bytes, &e), 0);
	assert_int_equal(bytes.n % 512, 0);
	tar_start(&t, bytes);
	for (size_t i = 0; i < countof(files); i++) {
		assert_int_equal(tar_next(&t, &f, &e), 1);
		assert_true(span_eq(f.path, files[i].path));
		assert_true(span_eq(f.text, files[i].text));
		assert_int_equal(f.may_run, files[i].may_run);
	}
	assert_int_equal(tar_next(&t, &f, &e), 0);
	tar_start(&t, span_sub(bytes, 0, 514));
	assert_int_equal(tar_next(&t, &f, &e), -1);
	tar_start(&t, span_sub(bytes, 512, bytes.n));
	e.kind = ERR_NONE;
	assert_int_equal(tar_next(&t, &f, &e), -1);
}

static void test_paths(void **state)
{
	static const char *const wrong[] = { "", "/a", "a/", "a//b", "..", "a/../b", ".", "./a",
		"a/." };
	struct err e;
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 1 << 20);
	for (size_t i = 0; i < countof(wrong); i++) {
		struct tar_file f = { span_of(wrong[i]), SPAN("x"), false };

		e.kind = ERR_NONE;
		assert_false(tar_path_is_plain(f.path));
		assert_int_equal(tar_add(&b, &f, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
	assert_true(tar_path_is_plain(SPAN("..a/b.c")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
