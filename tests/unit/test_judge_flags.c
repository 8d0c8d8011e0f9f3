#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "judge/flags.h"

static struct arena *mem;

/* The words of a line, a bar between them. */
static const char *words(const char *line)
{
	struct span rest = span_of(line), word;
	const char *out = "";

	while (flags_next(&rest, mem, &word)) {
		assert_int_equal(word.p[word.n], '\0');
		out = arena_printf(mem, "%s%s%s", out, out[0] != '\0' ? "|" : "", word.p);
	}
	return out;
}

static void test_lines(void **state)
{
	(void)state;
	assert_string_equal(words(""), "");
	assert_string_equal(words("  \t "), "");
	assert_string_equal(words(" float_tolerance  1e-6\t"), "float_tolerance|1e-6");
	assert_string_equal(words("a\\ b c"), "a b|c");
	assert_string_equal(words("\\\\ \\  x"), "\\| |x");
	assert_string_equal(words("\\d+ \\n \\"), "\\d+|\\n|\\"); // of legacy packages
}

static void test_what_is_added_comes_back(void **state)
{
	const struct span all[] = { SPAN("plain"), SPAN("two words"), SPAN("\\"), SPAN("\\ "),
		SPAN(" "), SPAN("end\\"), SPAN("\"quoted\"") };
	struct err e = { .kind = ERR_NONE };
	struct span line, word;
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 1000);
	for (size_t i = 0; i < countof(all); i++)
		flags_add(&b, all[i]);
	assert_int_equal(buf_finish(&b, &line, &e), 0);
	for (size_t i = 0; i < countof(all); i++) {
		assert_true(flags_next(&line, mem, &word));
		assert_true(span_eq(word, all[i]));
	}
	assert_false(flags_next(&line, mem, &word));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_what_is_added_comes_back),
	};
	int rc;

	mem = arena_new(1 << 20);
	rc = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(mem);
	return rc;
}
